#include "collector/cli/setup_questions.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "collector/cli/setup_probe.h"
#include "collector/cli/setup_system.h"

namespace collector {
namespace {

bool known(const Catalog& catalog, const std::string& sampler) {
  return std::ranges::find(catalog.samplers, sampler, &ComponentType::name) != catalog.samplers.end();
}

std::string sampler_list(const Catalog& catalog) {
  std::string list;
  for (const ComponentType& type : catalog.samplers)
    list += (list.empty() ? "" : ", ") + std::string(type.name);
  return list;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, ',');) {
    std::erase(word, ' ');
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

// "everything", "network", or names with commas; what is wrong with it, or nothing.
std::string read_samplers(const std::string& text, const Catalog& catalog,
                          std::vector<std::string>& samplers) {
  samplers.clear();
  if (text == "everything") return {};
  if (text == "network") {
    samplers = {"net", "netproto"};
    return {};
  }
  for (const std::string& word : words_of(text)) {
    if (!known(catalog, word))
      return fmt::format("no sampler '{}'; there are: {}", word, sampler_list(catalog));
    samplers.push_back(word);
  }
  return samplers.empty() ? "name at least one: " + sampler_list(catalog) : "";
}

std::string wrong_url(const std::string& type, const std::string& url) {
  if (type == "influx")
    return url.starts_with("http://") || url.starts_with("https://") ? "" : "begins with http:// or https://";
  return url.starts_with("postgresql://") || url.starts_with("postgres://") ||
                 url.find('=') != std::string::npos
             ? ""
             : "postgresql://user:password@host/database, or host=HOST dbname=NAME";
}

// "json", "postgres=URL", "influx=URL"; sqlite is there anyway.
std::string read_target(const std::string& text, std::vector<SetupTarget>& targets) {
  const auto equals = text.find('=');
  const std::string type = text.substr(0, equals);
  const std::string url = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (type == "sqlite") return {};
  if (type != "json" && type != "postgres" && type != "influx")
    return fmt::format("--to {}: no such kind; there are sqlite, json, postgres=URL and influx=URL", type);
  if (const std::string wrong = type == "json" ? "" : wrong_url(type, url); !wrong.empty())
    return fmt::format("--to {}=URL: the URL {}", type, wrong);
  targets.push_back({type, url});
  return {};
}

// Tries the target until it works or the user wants it as it is; nothing: without it.
std::optional<SetupTarget> ask_for_target(const std::string& type, const Dialogue& dialogue,
                                          const Catalog& catalog, const Environment& environment) {
  SetupTarget target{type, type == "influx" ? "http://127.0.0.1:8086" : ""};
  while (true) {
    target.url = dialogue.ask(type == "influx" ? "Its address" : "Its connection string (postgresql://...)",
                              target.url, [&](const std::string& url) { return wrong_url(type, url); });
    dialogue.say("  trying " + url_without_password(target.url) + " ...");
    const auto why = why_unreachable(target, catalog, environment);
    if (!why) {
      dialogue.say("  it answers");
      return target;
    }
    dialogue.say("  " + *why);
    static const std::array<Choice, 3> what_now{
        {{"again", "try again, or another address"},
         {"keep", "take it as it is; rows wait until it can be reached"},
         {"without", "go on without it"}}};
    const std::string answer = dialogue.choose("It can't be reached", what_now, "again");
    if (answer == "keep") return target;
    if (answer == "without") return std::nullopt;
  }
}

std::vector<SetupTarget> ask_for_targets(const Dialogue& dialogue, const Catalog& catalog,
                                         const Environment& environment) {
  static const std::array<Choice, 4> choices{{{"local", "nowhere else"},
                                              {"postgres", "PostgreSQL, also Neon and others in the cloud"},
                                              {"influx", "InfluxDB or VictoriaMetrics, for Grafana"},
                                              {"json", "compressed JSON files"}}};
  std::vector<SetupTarget> targets;
  std::string question = "Where to send it, beside the history in SQL on this machine?";
  while (true) {
    const std::string answer = dialogue.choose(question, choices, "local");
    if (answer == "local") return targets;
    if (answer == "json")
      targets.push_back({"json", ""});
    else if (auto target = ask_for_target(answer, dialogue, catalog, environment))
      targets.push_back(*std::move(target));
    question = "And where else?";
  }
}

bool systemd_runs() {
  return access("/run/systemd/system", F_OK) == 0;
}

std::string usual_starter() {
  if (!systemd_runs()) return "none";
  return geteuid() == 0 ? "system" : "user";
}

Starter starter_named(const std::string& name) {
  for (const Starter starter : {Starter::system_service, Starter::user_service, Starter::cron})
    if (name == name_of(starter)) return starter;
  return Starter::nobody;
}

std::string ask_for_starter(const Dialogue& dialogue) {
  static const std::array<Choice, 4> choices{
      {{"system", "a service of the system (systemd)"},
       {"user", "a service of yours, while you are logged in (systemd)"},
       {"cron", "one sample every five minutes"},
       {"none", "nobody: write the configuration only"}}};
  return dialogue.choose("What starts it?", choices, usual_starter());
}

std::string missing_for(Starter starter) {
  if (starter == Starter::system_service && geteuid() != 0)
    return "a service of the system needs root: sudo collector setup";
  if ((starter == Starter::system_service || starter == Starter::user_service) &&
      !has_system_program("systemctl"))
    return "there is no systemctl here: --service cron or none";
  if (starter == Starter::cron && !has_system_program("crontab"))
    return "there is no crontab here: install cron";
  return {};
}

void summarise(const SetupPlan& plan, const Dialogue& dialogue) {
  dialogue.head("This will be done");
  dialogue.say(fmt::format("  measure  {}", plan.samplers.empty()
                                                ? "everything"
                                                : fmt::format("{}", fmt::join(plan.samplers, ", "))));
  std::string where = "collector.db";
  for (const SetupTarget& target : plan.targets)
    where += fmt::format(", {}{}{}", target.type, target.url.empty() ? "" : " at ",
                         url_without_password(target.url));
  dialogue.say("  store    " + where);
  dialogue.say(fmt::format("  write    {}", plan.file.string()));
  dialogue.say(fmt::format("  start    {}", plan.starter == Starter::nobody
                                                ? "nothing"
                                                : "by " + std::string(name_of(plan.starter))));
}

}  // namespace

std::optional<SetupPlan> plan_of(const Options& options, const Dialogue& dialogue, const Catalog& catalog,
                                 const Environment& environment,
                                 const std::filesystem::path& configuration_home, std::string& wrong) {
  const SetupOptions& given = options.setup;
  SetupPlan plan;
  const auto refuse = [&](std::string why) {
    wrong = std::move(why);
    return std::nullopt;
  };
  if (given.measure) {
    if (std::string why = read_samplers(*given.measure, catalog, plan.samplers); !why.empty())
      return refuse(why);
  } else if (!given.yes) {
    dialogue.head("What to measure?");
    dialogue.say("  everything, network, or some of: " + sampler_list(catalog));
    dialogue.ask("Your choice", "everything",
                 [&](const std::string& text) { return read_samplers(text, catalog, plan.samplers); });
  }
  for (const std::string& target : given.to)
    if (std::string why = read_target(target, plan.targets); !why.empty()) return refuse(why);
  // Given ones are tried as well, and taken: what can't be reached now may be there later.
  for (const SetupTarget& target : plan.targets)
    if (const auto why = target.url.empty() ? std::nullopt : why_unreachable(target, catalog, environment))
      dialogue.say(fmt::format("{}: not reached: {}\n  rows wait until it can be", target.type, *why));
  if (given.to.empty() && !given.yes) plan.targets = ask_for_targets(dialogue, catalog, environment);

  std::string starter =
      given.service.empty() ? (given.yes ? usual_starter() : ask_for_starter(dialogue)) : given.service;
  for (std::string missing; !(missing = missing_for(starter_named(starter))).empty();) {
    if (given.yes || !given.service.empty()) return refuse(missing);
    dialogue.say("  " + missing);
    starter = ask_for_starter(dialogue);
  }
  plan.starter = starter_named(starter);
  plan.file = options.config_file ? std::filesystem::absolute(*options.config_file)
              : plan.starter == Starter::system_service
                  ? std::filesystem::path("/etc/collector/collector.yaml")
                  : configuration_home / "collector/collector.yaml";
  if (given.yes) return plan;
  summarise(plan, dialogue);
  if (!dialogue.confirm("Go ahead?", true)) throw Cancelled{};
  return plan;
}

}  // namespace collector
