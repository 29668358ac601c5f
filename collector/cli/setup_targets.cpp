#include "collector/cli/setup_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "collector/cli/setup_probe.h"
#include "collector/cli/setup_words.h"
#include "sinks/table.h"

namespace collector {
namespace {

constexpr int most_tries = 3;  // then it is taken as it is, or left out

std::vector<std::string> words_in(std::span<const std::string_view> words) {
  return {words.begin(), words.end()};
}

std::string nothing_wrong(const std::string&) {
  return {};
}

std::string empty_is_wrong(const std::string& text) {
  return text.empty() ? "this can't be empty" : "";
}

void ask_for(const SetupQuestion& question, SetupTarget& target, const Dialogue& dialogue) {
  if (question.question.empty()) return;
  const std::string text(question.question);
  const auto wrong = question.required ? empty_is_wrong : nothing_wrong;
  std::string& value = target.values.try_emplace(std::string(question.name), question.usual).first->second;
  value = question.secret ? dialogue.ask_secret(text, value, wrong) : dialogue.ask(text, {value}, wrong);
}

void ask_for_address(SetupTarget& target, const SetupOffer& offer, const Dialogue& dialogue) {
  if (!offer.example.empty()) dialogue.say(fmt::format("  such as {}", offer.example));
  std::string& url = target.values.try_emplace("url", offer.address.usual).first->second;
  // What is shown of an earlier answer must not show its password.
  url = dialogue.ask(std::string(offer.address.question), {url, url.empty() ? "" : shown_url(target)},
                     [&](const std::string& answer) { return wrong_url(offer, answer); });
  take_login_out_of_url(offer, target);
  for (const SetupQuestion& question : offer.questions)
    ask_for(question, target, dialogue);
}

void ask_for_login(SetupTarget& target, const SetupOffer& offer, const Dialogue& dialogue) {
  std::vector<Choice> choices;
  std::string usual(offer.logins.front().key);
  const auto is_given = [&](const SetupQuestion& question) {
    const auto value = target.values.find(question.name);
    return value != target.values.end() && !value->second.empty();
  };
  for (const SetupLogin& login : offer.logins) {
    choices.push_back({std::string(login.key), std::string(login.sentence), words_in(login.also)});
    if (std::ranges::any_of(login.questions, is_given)) usual = login.key;
  }
  const std::string kind = dialogue.choose("How do we log in?", choices, usual);
  for (const SetupLogin& login : offer.logins)
    for (const SetupQuestion& question : login.questions)
      if (login.key == kind)
        ask_for(question, target, dialogue);
      else
        target.values.erase(std::string(question.name));
}

// What to do about a target that did not work. After the last try it is not asked for again.
std::string ask_what_now(const Dialogue& dialogue, const SetupTarget& target, const Probe& tried, int tries) {
  const auto& [outcome, why] = tried;
  const bool refused = outcome == Probe::Outcome::refused;
  std::vector<Choice> choices;
  const bool may_log_in = refused && !offer_of(target.type)->logins.empty();
  if (tries < most_tries) {
    if (may_log_in) choices.push_back({"login", "log in another way", {"log in"}});
    choices.push_back({"again", refused ? "another address or database" : "try again, or another address"});
  }
  choices.push_back({"keep", refused ? "use it anyway; rows wait until it accepts them"
                                     : "use it anyway; rows wait until it can be reached"});
  choices.push_back({"without", "go on without it", {"no", "none", "n"}});
  // Of a database that is not there (404) the name is the mistake, or it has to be made first.
  const bool logs_in = may_log_in && why.find(" 404") == std::string::npos;
  const std::string usual = tries >= most_tries ? "without" : logs_in ? "login" : "again";
  return dialogue.choose(std::string(outcome_words(outcome)), choices, usual);
}

// Tries the target until it works or the user wants it as it is; nothing: without it.
std::optional<SetupTarget> ask_for_target(const std::string& type, const Dialogue& dialogue,
                                          const Catalog& catalog, const Environment& environment) {
  const SetupOffer& offer = *offer_of(type);
  SetupTarget target{.type = type};
  if (offer.address.name.empty()) return target;
  ask_for_address(target, offer, dialogue);
  for (int tries = 1;; ++tries) {
    dialogue.say("  trying " + shown_url(target) + " ...");
    const Probe tried = probe(target, catalog, environment);
    if (tried.outcome == Probe::Outcome::works) {
      dialogue.say("  it answers");
      return target;
    }
    dialogue.say("  " + tried.why);
    const std::string answer = ask_what_now(dialogue, target, tried, tries);
    if (answer == "keep") return target;
    if (answer == "without") return std::nullopt;
    if (answer == "login")
      ask_for_login(target, offer, dialogue);
    else
      ask_for_address(target, offer, dialogue);
  }
}

}  // namespace

std::vector<SetupTarget> ask_for_targets(const Dialogue& dialogue, const Catalog& catalog,
                                         const Environment& environment) {
  std::vector<Choice> choices{{"local", "nowhere else", {"no", "n", "none", "nowhere", "nothing", "sqlite"}}};
  for (const SinkType& type : sink_types())
    if (const SetupOffer* offer = type.offer; offer != nullptr)
      choices.push_back(
          {std::string(type.component.name), std::string(offer->sentence), words_in(offer->also)});
  std::vector<SetupTarget> targets;
  std::string question = "Where to send it, besides the history on this machine?";
  while (true) {
    const std::string answer = dialogue.choose(question, choices, "local");
    if (answer == "local") return targets;
    if (auto target = ask_for_target(answer, dialogue, catalog, environment))
      targets.push_back(*std::move(target));
    question = "And where else?";
  }
}

}  // namespace collector
