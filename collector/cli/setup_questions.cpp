#include "collector/cli/setup_questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/cli/setup_files.h"
#include "collector/cli/setup_possible.h"
#include "collector/cli/setup_probe.h"
#include "collector/cli/setup_targets.h"
#include "collector/cli/setup_words.h"
#include "config/address.h"
#include "config/web_check.h"

namespace collector {
namespace {

// "local (sqlite), cloud (postgres)"
std::string present_sinks(const PresentConfiguration& present) {
  std::string list;
  for (const PresentSink& sink : present.sinks)
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", sink.name, sink.type);
  return list;
}

void ask_for_samplers(SetupPlan& plan, const Dialogue& dialogue, const Catalog& catalog) {
  dialogue.head("What to measure?");
  dialogue.say("  " + sampler_words(catalog));
  std::string usual = "everything";
  if (plan.keeps_samplers) usual = fmt::format("{}", fmt::join(plan.present.samplers, ", "));
  const std::string answer = dialogue.ask("Your choice", {usual}, [&](const std::string& text) {
    return read_samplers(text, catalog, plan.samplers);
  });
  plan.keeps_samplers = plan.keeps_samplers && answer == usual;
}

struct StarterText {
  Starter starter;
  std::string text;
  std::vector<std::string> also = {};
};

// What can't work here is said, not offered.
Starter ask_for_starter(const Dialogue& dialogue, Starter usual) {
  static const std::array<StarterText, 4> all{
      {{Starter::system_service, "a service of the system (systemd)", {"systemd", "service"}},
       {Starter::user_service, "a service of yours, while you are logged in (systemd)"},
       {Starter::cron, "one sample every five minutes"},
       {Starter::nobody, "nothing: only write the configuration", {"no", "n", "nobody", "nothing"}}}};
  std::vector<Choice> choices;
  std::string missing;
  for (const StarterText& each : all) {
    const std::string name(name_of(each.starter));
    if (const std::string why = why_impossible(each.starter); why.empty())
      choices.push_back({name, each.text, each.also});
    else
      missing += fmt::format("  {:<6}  not here: {}\n", name, why);
  }
  if (!missing.empty()) {
    missing.pop_back();
    dialogue.say("");
    dialogue.say(missing, Style::dim);
  }
  return starter_named(dialogue.choose("What starts the collector?", choices, std::string(name_of(usual))));
}

// A starter that was given and can't work is refused, not replaced.
std::string wrong_starter(const std::string& given) {
  if (given.empty()) return {};
  const std::string why = why_impossible(starter_named(given));
  return why.empty() ? "" : fmt::format("--service {}: {}", given, why);
}

// Given ones are tried as well, and taken: what can't be reached now may be there later.
std::string try_given(const SetupPlan& plan, const Dialogue& dialogue, const Catalog& catalog,
                      const Environment& environment) {
  for (const SetupTarget& target : plan.targets) {
    if (offer_of(target.type)->address.name.empty()) continue;
    const Probe tried = probe(target, catalog, environment);
    if (tried.outcome == Probe::Outcome::works) continue;
    if (tried.outcome == Probe::Outcome::malformed) return fmt::format("--to {}: {}", target.type, tried.why);
    const bool refused = tried.outcome == Probe::Outcome::refused;
    dialogue.say(fmt::format("{} at {}: {}: {}\n  rows wait until {}", target.type, shown_url(target),
                             refused ? "refused" : "not reached", tried.why,
                             refused ? "it accepts them" : "it can be reached"));
  }
  return {};
}

constexpr const char* usual_page = "127.0.0.1:7373";

// Why the page can't be served there; empty: it can. Beyond this machine somebody has to be able to sign in,
// which nobody is yet.
std::string wrong_page(const std::string& given) {
  if (given == "off") return {};
  if (!is_address_and_port(given)) return fmt::format("--web {}: write {}, or off", given, usual_page);
  if (is_beyond_loopback(given))
    return fmt::format(
        "--web {}: is reached from other machines; set it up with {}, add users, and then see `web:` in "
        "`collector config --reference`",
        given, usual_page);
  return {};
}

void ask_for_page(SetupPlan& plan, const Dialogue& dialogue) {
  dialogue.head("A page in the browser?");
  const bool wanted = dialogue.confirm(
      fmt::format("  At http://{}/, which only this machine reaches, its other users too. Serve it?",
                  usual_page),
      true);
  plan.keeps_web = false;
  plan.web = wanted ? usual_page : "";
}

Starter usual_for(const SetupPlan& plan) {
  const auto record = read_record(plan.present.file.parent_path());
  const Starter present = record ? starter_named(record->starter) : Starter::nobody;
  if (plan.present.file.empty() || !record || !why_impossible(present).empty()) return usual_starter();
  return present;
}

std::filesystem::path file_for(const SetupPlan& plan, const Options& options,
                               const std::filesystem::path& configuration_home) {
  if (options.config_file) return std::filesystem::absolute(*options.config_file);
  return plan.starter == Starter::system_service ? std::filesystem::path("/etc/collector/collector.yaml")
                                                 : configuration_home / "collector/collector.yaml";
}

// The configuration that is there in one of the places where setup writes.
PresentConfiguration present_for(const Options& options, const std::filesystem::path& configuration_home,
                                 const Catalog& catalog, const Environment& environment) {
  SetupPlan plan;
  plan.starter = options.setup.service.empty() ? usual_starter() : starter_named(options.setup.service);
  const std::filesystem::path first = file_for(plan, options, configuration_home);
  for (const std::filesystem::path& file : {first, configuration_home / "collector/collector.yaml"}) {
    PresentConfiguration present = read_present(file, catalog, environment);
    if (!present.file.empty()) return present;
    if (options.config_file) break;
  }
  return {};
}

}  // namespace

void summarise(const SetupPlan& plan, const std::vector<std::string>& files, const Dialogue& dialogue) {
  dialogue.head("This will be done");
  const std::vector<std::string>& samplers = plan.keeps_samplers ? plan.present.samplers : plan.samplers;
  dialogue.say(fmt::format("  measure  {}",
                           samplers.empty() ? "everything" : fmt::format("{}", fmt::join(samplers, ", "))));
  std::string where = plan.keeps_sinks ? present_sinks(plan.present) : "collector.db";
  for (const SetupTarget& target : plan.targets)
    where +=
        fmt::format(", {}{}{}", target.type, target.values.contains("url") ? " at " : "", shown_url(target));
  dialogue.say("  store    " + where);
  if (!plan.web.empty()) dialogue.say(fmt::format("  page     http://{}/", plan.web));
  for (std::size_t i = 0; i < files.size(); ++i)
    dialogue.say(fmt::format("  {}    {}", i == 0 ? "write" : "     ", files[i]));
  dialogue.say(fmt::format("  start    {}", plan.starter == Starter::nobody
                                                ? "nothing"
                                                : "by " + std::string(name_of(plan.starter))));
}

std::optional<SetupPlan> plan_of(const Options& options, const Dialogue& dialogue, const Catalog& catalog,
                                 const Environment& environment,
                                 const std::filesystem::path& configuration_home, std::string& wrong) {
  const SetupOptions& given = options.setup;
  SetupPlan plan;
  if (wrong = wrong_starter(given.service); !wrong.empty()) return std::nullopt;
  if (wrong = given.web ? wrong_page(*given.web) : ""; !wrong.empty()) return std::nullopt;
  plan.present = present_for(options, configuration_home, catalog, environment);
  if (!plan.present.file.empty() && !given.yes)
    dialogue.say(fmt::format("\nThere is {} already; {}.", plan.present.file.string(),
                             plan.present.blocks.empty()
                                 ? "setup can't use it, and keeps it under another name"
                                 : "its settings are offered in [brackets], and all others stay"));
  plan.keeps_samplers = plan.present.block("samplers") != nullptr && !given.measure;
  if (given.measure) {
    if (wrong = read_samplers(*given.measure, catalog, plan.samplers); !wrong.empty()) return std::nullopt;
  } else if (!given.yes) {
    ask_for_samplers(plan, dialogue, catalog);
  }
  for (const std::string& target : given.to)
    if (wrong = read_target(target, plan.targets); !wrong.empty()) return std::nullopt;
  if (wrong = try_given(plan, dialogue, catalog, environment); !wrong.empty()) return std::nullopt;
  plan.keeps_sinks = plan.present.block("sinks") != nullptr && given.to.empty();
  if (given.to.empty() && !given.yes) {
    if (plan.keeps_sinks) {
      dialogue.head("Where it goes now");
      plan.keeps_sinks = dialogue.confirm(fmt::format("  {}. Keep them?", present_sinks(plan.present)), true);
    }
    plan.targets = ask_for_targets(dialogue, catalog, environment);
  }
  const Starter usual = usual_for(plan);
  plan.starter = !given.service.empty() ? starter_named(given.service)
                 : given.yes            ? usual
                                        : ask_for_starter(dialogue, usual);
  if (given.web) {
    plan.keeps_web = false;
    plan.web = *given.web == "off" ? "" : *given.web;
  } else if (!given.yes && plan.starter != Starter::cron && plan.present.block("web") == nullptr) {
    ask_for_page(plan, dialogue);
  }
  plan.file = file_for(plan, options, configuration_home);
  // Secrets of sinks that are kept lie beside that file, and nowhere else.
  if (plan.file != plan.present.file) {
    const bool refers = plan.keeps_sinks && plan.present.block("sinks")->text.find("${") != std::string::npos;
    if (refers) {
      wrong = fmt::format("the sinks of {} have secrets that {} can't refer to; name them with --to",
                          plan.present.file.string(), plan.file.string());
      return std::nullopt;
    }
  }
  plan.environment_text = text_of_file(plan.file.parent_path() / "environment").value_or("");
  return plan;
}

}  // namespace collector
