#include "collector/cli/setup_targets.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "collector/cli/setup_probe.h"
#include "collector/cli/setup_words.h"

namespace collector {
namespace {

constexpr int most_tries = 3;  // then it is taken as it is, or left out

std::string nothing_wrong(const std::string&) {
  return {};
}

std::string empty_is_wrong(const std::string& text) {
  return text.empty() ? "this can't be empty" : "";
}

void ask_for_address(SetupTarget& target, const Dialogue& dialogue) {
  const bool influx = target.type == "influx";
  if (!influx) dialogue.say("  such as postgresql://user:password@host/database");
  // What is shown of an earlier answer must not show its password.
  target.url = dialogue.ask(influx ? "Its address" : "Its connection string",
                            {target.url, target.url.empty() ? "" : shown_url(target.type, target.url)},
                            [&](const std::string& url) { return wrong_url(target.type, url); });
  if (!influx) return;
  take_login_out_of_url(target);
  target.database =
      dialogue.ask("Its database (in InfluxDB 2: the bucket)", {target.database}, empty_is_wrong);
}

void ask_for_login(SetupTarget& target, const Dialogue& dialogue) {
  static const std::array<Choice, 3> kinds{{{"user", "a user and a password (InfluxDB 1)", {"1"}},
                                            {"token", "a token (InfluxDB 2 and 3, Cloud)", {"2", "3"}},
                                            {"none", "neither", {"no", "n"}}}};
  const std::string kind =
      dialogue.choose("How do we log in?", kinds, target.token.empty() ? "user" : "token");
  if (kind == "user") {
    target.token.clear();
    target.org.clear();
    target.user = dialogue.ask("User", {target.user}, empty_is_wrong);
    target.password = dialogue.ask_secret("Password", target.password, nothing_wrong);
  } else if (kind == "token") {
    target.user.clear();
    target.password.clear();
    target.token = dialogue.ask_secret("Token", target.token, empty_is_wrong);
    target.org = dialogue.ask("Organization (InfluxDB 2; Enter: none)", {target.org}, nothing_wrong);
  } else {
    target.user.clear();
    target.password.clear();
    target.token.clear();
    target.org.clear();
  }
}

// What to do about a target that did not work. After the last try it is not asked for again.
std::string ask_what_now(const Dialogue& dialogue, const SetupTarget& target, const Probe& tried, int tries) {
  const auto& [outcome, why] = tried;
  const bool refused = outcome == Probe::Outcome::refused;
  std::vector<Choice> choices;
  const bool may_log_in = refused && target.type == "influx";
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
  SetupTarget target{
      .type = type, .url = type == "influx" ? "http://127.0.0.1:8086" : "", .database = "telegraf"};
  ask_for_address(target, dialogue);
  for (int tries = 1;; ++tries) {
    dialogue.say("  trying " + shown_url(type, target.url) + " ...");
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
      ask_for_login(target, dialogue);
    else
      ask_for_address(target, dialogue);
  }
}

}  // namespace

std::vector<SetupTarget> ask_for_targets(const Dialogue& dialogue, const Catalog& catalog,
                                         const Environment& environment) {
  static const std::array<Choice, 4> choices{
      {{"local", "nowhere else", {"no", "n", "none", "nowhere", "nothing", "sqlite"}},
       {"postgres", "PostgreSQL, also Neon and others in the cloud", {"postgresql", "neon"}},
       {"influx", "InfluxDB 1, 2 or 3, or VictoriaMetrics, for Grafana", {"influxdb", "victoriametrics"}},
       {"json", "compressed JSON files"}}};
  std::vector<SetupTarget> targets;
  std::string question = "Where to send it, besides the history on this machine?";
  while (true) {
    const std::string answer = dialogue.choose(question, choices, "local");
    if (answer == "local") return targets;
    if (answer == "json")
      targets.push_back({.type = "json"});
    else if (auto target = ask_for_target(answer, dialogue, catalog, environment))
      targets.push_back(*std::move(target));
    question = "And where else?";
  }
}

}  // namespace collector
