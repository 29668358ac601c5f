#include "collector/cli/setup_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "config/mask.h"
#include "config/suggest.h"
#include "sinks/table.h"

namespace collector {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, ',');) {
    std::erase(word, ' ');
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

std::vector<std::string_view> measurable(const Catalog& catalog) {
  std::vector<std::string_view> words{"everything", "network"};
  for (const ComponentType& type : catalog.samplers)
    words.push_back(type.name);
  return words;
}

bool is_sampler(const Catalog& catalog, const std::string& word) {
  return std::ranges::find(catalog.samplers, word, &ComponentType::name) != catalog.samplers.end();
}

void add_once(std::vector<std::string>& words, std::string word) {
  if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

// "influx: '…'": one NAME=VALUE behind the address.
std::string read_setting(const SetupOffer& offer, const std::string& word, SetupTarget& target) {
  std::vector<std::string_view> known;
  for (const SetupQuestion& question : questions_of(offer))
    if (question.name != "url") known.push_back(question.name);
  const auto equals = std::min(word.find('='), word.size());
  const std::string name = word.substr(0, equals);
  if (std::ranges::find(known, name) == known.end() || equals == word.size())
    return fmt::format("--to {}: '{}' is not one of its settings; {}", target.type,
                       equals == word.size() ? "…" : name,
                       suggest(name, known, "after the URL you can write"));
  target.values[name] = word.substr(equals + 1);
  return target.values[name].empty() ? fmt::format("--to {}: {}= is empty", target.type, name) : "";
}

// URL, or URL,NAME=VALUE,…: only of a kind that has more settings is a comma not part of the address.
std::string read_address(const SetupOffer& offer, const std::string& text, SetupTarget& target) {
  const bool alone = offer.questions.empty() && offer.logins.empty();
  std::istringstream in(text);
  std::string& url = target.values["url"];
  std::getline(in, url, alone ? '\n' : ',');
  if (const std::string wrong = wrong_url(offer, url); !wrong.empty())
    return fmt::format("--to {}=URL: {}", target.type, wrong);
  for (std::string word; std::getline(in, word, ',');)
    if (std::string wrong = read_setting(offer, word, target); !wrong.empty()) return wrong;
  take_login_out_of_url(offer, target);
  return {};
}

}  // namespace

std::string sampler_words(const Catalog& catalog) {
  const std::vector<std::string_view> words = measurable(catalog);
  return fmt::format("everything, network, or some of: {}", joined(std::span(words).subspan(2)));
}

std::string read_samplers(const std::string& text, const Catalog& catalog,
                          std::vector<std::string>& samplers) {
  samplers.clear();
  const std::vector<std::string> words = words_of(text);
  if (words.empty()) return "name at least one of: " + sampler_words(catalog);
  for (const std::string& word : words) {
    if (word == "everything" || word == "all") {
      samplers.clear();
      return {};
    }
    if (word == "network") {
      add_once(samplers, "net");
      add_once(samplers, "netproto");
    } else if (is_sampler(catalog, word)) {
      add_once(samplers, word);
    } else {
      const std::vector<std::string_view> known = measurable(catalog);
      const std::string_view near = nearest(word, known);
      return fmt::format("no sampler '{}';{} there are: {}", word,
                         near.empty() ? "" : fmt::format(" did you mean {}?", near), joined(known));
    }
  }
  return {};
}

const SetupOffer* offer_of(std::string_view type) {
  for (const SinkType& each : sink_types())
    if (each.component.name == type) return each.offer;
  return nullptr;
}

std::vector<SetupQuestion> questions_of(const SetupOffer& offer) {
  std::vector<SetupQuestion> questions;
  if (!offer.address.name.empty()) questions.push_back(offer.address);
  questions.insert(questions.end(), offer.questions.begin(), offer.questions.end());
  for (const SetupLogin& login : offer.logins)
    questions.insert(questions.end(), login.questions.begin(), login.questions.end());
  return questions;
}

std::vector<std::string> target_forms() {
  std::vector<std::string> forms;
  for (const SinkType& each : sink_types())
    if (each.offer != nullptr)
      forms.push_back(std::string(each.component.name) + (each.offer->address.name.empty() ? "" : "=URL"));
  return forms;
}

std::string wrong_url(const SetupOffer& offer, const std::string& url) {
  if (is_reference(url)) return {};
  if (has_control_characters(url)) return "it contains a line end or another control character";
  return offer.wrong_address(url);
}

std::string read_target(const std::string& text, std::vector<SetupTarget>& targets) {
  const auto equals = text.find('=');
  const std::string type = text.substr(0, equals);
  const std::string rest = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (has_control_characters(text))
    return fmt::format("--to {}: it contains a line end or another control character", showable(type));
  if (type == "sqlite" && equals == std::string::npos) return {};
  if (type == "sqlite")
    return "--to sqlite: it takes no path; the history is collector.db in the state directory, and `path` of "
           "the sink in the configuration puts it elsewhere";
  const SetupOffer* offer = offer_of(type);
  if (offer == nullptr) {
    std::vector<std::string_view> known{"sqlite"};
    for (const SinkType& each : sink_types())
      if (each.offer != nullptr) known.push_back(each.component.name);
    // Of a URL without its kind nothing is repeated: it may hold a password.
    const bool is_url = type.find("://") != std::string::npos;
    const std::string_view near = is_url ? std::string_view() : nearest(type, known);
    return fmt::format("--to {}: no such kind;{} there are sqlite, {}", is_url ? "URL" : type,
                       near.empty() ? "" : fmt::format(" did you mean {}?", near),
                       fmt::join(target_forms(), ", "));
  }
  SetupTarget target{.type = type};
  if (!offer->address.name.empty()) {
    if (std::string wrong = read_address(*offer, rest, target); !wrong.empty()) return wrong;
  } else if (!rest.empty()) {
    return fmt::format("--to {}: it takes no address; the files are in the state directory", type);
  }
  targets.push_back(std::move(target));
  return {};
}

void take_login_out_of_url(const SetupOffer& offer, SetupTarget& target) {
  if (offer.take_apart != nullptr && !is_reference(target.values["url"])) offer.take_apart(target.values);
}

bool is_reference(std::string_view text) {
  return text.starts_with("${") && text.find('}') == text.size() - 1;
}

bool holds_secret(const std::string& url) {
  return is_reference(url) || mask_credentials(url) != url;
}

std::string shown_url(const SetupTarget& target) {
  const auto found = target.values.find("url");
  if (found == target.values.end()) return {};
  const std::string& url = found->second;
  if (is_reference(url)) return url;
  return wrong_url(*offer_of(target.type), url).empty() ? mask_credentials(url) : "(not shown)";
}

}  // namespace collector
