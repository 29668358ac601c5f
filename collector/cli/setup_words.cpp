#include "collector/cli/setup_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "collector/core/numbers.h"
#include "config/mask.h"
#include "config/suggest.h"
#include "sinks/influx/http.h"

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

// The part of a URL between "://" and the path, when it is certain where it ends.
std::string wrong_authority(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  const auto end = std::min(rest.find_first_of("/?#"), rest.size());
  const auto ats = std::ranges::count(rest, '@');
  const bool at_is_behind = ats > 0 && rest.find('@') > end;
  if (ats > 1 || at_is_behind)
    return "it is not certain where the password ends; in a user's name and password write @ as %40, : as "
           "%3A, "
           "/ as %2F, ? as %3F, # as %23 and % as %25";
  std::string_view hosts = rest.substr(0, end);
  hosts.remove_prefix(ats == 1 ? hosts.find('@') + 1 : 0);
  while (!hosts.empty()) {
    const auto comma = std::min(hosts.find(','), hosts.size());
    const std::string_view host = hosts.substr(0, comma);
    hosts.remove_prefix(std::min(comma + 1, hosts.size()));
    const auto behind = host.starts_with('[') ? host.find(']') : 0;
    const auto colon = host.find(':', std::min(behind, host.size()));
    if (colon == std::string_view::npos) continue;
    const auto port = parse_unsigned(host.substr(colon + 1));
    if (!port || *port == 0 || *port > 65535)
      return "the port is not a number from 1 to 65535; a : in a user's name or password is written %3A";
  }
  return {};
}

std::string wrong_postgres_url(const std::string& url) {
  constexpr auto form = "write it as postgresql://user:password@host/database, or host=HOST dbname=NAME";
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return wrong_authority(url);
  if (url.find("://") != std::string::npos || url.find('=') == std::string::npos) return form;
  return {};
}

std::string wrong_influx_url(const std::string& url) {
  constexpr auto form = "write it as http://127.0.0.1:8086 or https://example.org";
  // In lower case as well as not, as Url::parse takes it.
  if (const auto scheme = url.find("://"); scheme == std::string::npos || scheme > 5)
    return fmt::format("an address begins with http:// or https://; {}", form);
  if (std::string wrong = wrong_authority(url); !wrong.empty()) return wrong;
  const auto parsed = influx::server_url(url);
  return parsed ? "" : parsed.error().text();
}

// One "name=value" of an influx target.
std::string read_influx_setting(const std::string& word, SetupTarget& target) {
  static constexpr std::array<std::string_view, 6> known{"database", "bucket", "org",
                                                         "token",    "user",   "password"};
  const auto equals = std::min(word.find('='), word.size());
  const std::string name = word.substr(0, equals);
  std::string value = word.substr(std::min(equals + 1, word.size()));
  if (std::ranges::find(known, name) == known.end() || equals == word.size())
    return fmt::format("--to influx: '{}' is not one of its settings; {}", equals == word.size() ? "…" : name,
                       suggest(name, known, "after the URL you can write"));
  if (value.empty()) return fmt::format("--to influx: {}= is empty", name);
  if (name == "database" || name == "bucket") target.database = std::move(value);
  if (name == "org") target.org = std::move(value);
  if (name == "token") target.token = std::move(value);
  if (name == "user") target.user = std::move(value);
  if (name == "password") target.password = std::move(value);
  return {};
}

std::string read_influx(const std::string& text, SetupTarget& target) {
  std::istringstream in(text);
  std::getline(in, target.url, ',');
  if (const std::string wrong = wrong_url("influx", target.url); !wrong.empty())
    return "--to influx=URL: " + wrong;
  for (std::string word; std::getline(in, word, ',');)
    if (const std::string wrong = read_influx_setting(word, target); !wrong.empty()) return wrong;
  take_login_out_of_url(target);
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

std::string wrong_url(const std::string& type, const std::string& url) {
  if (is_reference(url)) return {};
  if (has_control_characters(url)) return "it contains a line end or another control character";
  return type == "influx" ? wrong_influx_url(url) : wrong_postgres_url(url);
}

std::string read_target(const std::string& text, std::vector<SetupTarget>& targets) {
  static constexpr std::array<std::string_view, 4> known{"sqlite", "json", "postgres", "influx"};
  const auto equals = text.find('=');
  const std::string type = text.substr(0, equals);
  const std::string rest = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (has_control_characters(text))
    return fmt::format("--to {}: it contains a line end or another control character", showable(type));
  if (std::ranges::find(known, type) == known.end()) {
    // Of a URL without its kind nothing is repeated: it may hold a password.
    const bool is_url = type.find("://") != std::string::npos;
    const std::string_view near = is_url ? std::string_view() : nearest(type, known);
    return fmt::format("--to {}: no such kind;{} there are sqlite, json, postgres=URL and influx=URL",
                       is_url ? "URL" : type, near.empty() ? "" : fmt::format(" did you mean {}?", near));
  }
  if (type == "sqlite" && equals == std::string::npos) return {};
  if (type == "sqlite")
    return "--to sqlite: it takes no path; the history is collector.db in the state directory, and `path` of "
           "the sink in the configuration puts it elsewhere";
  SetupTarget target{.type = type};
  if (type == "influx") {
    if (std::string wrong = read_influx(rest, target); !wrong.empty()) return wrong;
  } else if (type == "postgres") {
    if (const std::string wrong = wrong_url(type, rest); !wrong.empty()) return "--to postgres=URL: " + wrong;
    target.url = rest;
  } else if (!rest.empty()) {
    return "--to json: it takes no address; the files are in the state directory";
  }
  targets.push_back(std::move(target));
  return {};
}

void take_login_out_of_url(SetupTarget& target) {
  if (is_reference(target.url)) return;
  const auto url = influx::server_url(target.url);
  if (!url || url->user.empty()) return;
  if (target.user.empty()) {
    target.user = url->user;
    target.password = url->password;
  }
  target.url = url->text();
}

bool is_reference(std::string_view text) {
  return text.starts_with("${") && text.find('}') == text.size() - 1;
}

bool holds_secret(const std::string& url) {
  return is_reference(url) || mask_credentials(url) != url;
}

std::string shown_url(const std::string& type, const std::string& url) {
  if (is_reference(url)) return url;
  return wrong_url(type, url).empty() ? mask_credentials(url) : "(not shown)";
}

}  // namespace collector
