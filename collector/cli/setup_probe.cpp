#include "collector/cli/setup_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/app/sink_set.h"
#include "collector/cli/setup_words.h"
#include "sinks/table.h"

namespace collector {
namespace {

// A reference as the running collector would read it; nothing when it is not there.
std::optional<std::string> resolved(const std::string& text, const Environment& environment) {
  if (!is_reference(text)) return text;
  const std::string name = text.substr(2, text.size() - 3);
  return name.starts_with("file:") ? std::nullopt : environment.variable(name);
}

}  // namespace

Probe probe(const SetupTarget& target, const Catalog& catalog, const Environment& environment) {
  SetupTarget tried = target;
  for (auto& [name, text] : tried.values) {
    const auto value = resolved(text, environment);
    if (!value) return {Probe::Outcome::unknown, fmt::format("{} is not set in this shell", text)};
    text = *value;
  }
  if (const std::string wrong = wrong_url(*offer_of(tried.type), tried.values["url"]); !wrong.empty())
    return {Probe::Outcome::malformed, wrong};
  // Through the configuration, so that what is tried is what will run: secrets by name, which are answered
  // here.
  SetupPlan plan;
  plan.targets = {tried};
  plan.starter = Starter::system_service;
  const Environment with_secrets{[&](const std::string& name) -> std::optional<std::string> {
                                   for (const auto& [setting, value] : tried.values)
                                     if (name == environment_variable(tried.type, setting)) return value;
                                   return environment.variable(name);
                                 },
                                 environment.host_name};
  const auto parsed = parse_configuration(files_of(plan).back().text, "setup", catalog, with_secrets);
  if (!parsed) {
    const Problem& problem = parsed.error().front();
    return {Probe::Outcome::malformed,
            problem.remedy.empty() ? problem.what : fmt::format("{}; {}", problem.what, problem.remedy)};
  }
  const SinkConfiguration& sink = parsed->sinks.back();
  const auto type =
      std::ranges::find(sink_types(), sink.type, [](const SinkType& each) { return each.component.name; });
  const SystemClock clock;
  const auto opened = type->create({sink.name, std::filesystem::temp_directory_path(), sink.settings,
                                    row_format_of(sink, type->default_format), clock})
                          ->open({});
  if (opened) return {};
  const SinkFailure& failure = opened.error();
  return {failure.hold ? Probe::Outcome::refused : Probe::Outcome::unreachable,
          failure.remedy.empty() ? failure.what : fmt::format("{}\n  {}", failure.what, failure.remedy)};
}

std::string_view outcome_words(Probe::Outcome outcome) {
  switch (outcome) {
    case Probe::Outcome::works:
      return "It answers";
    case Probe::Outcome::malformed:
      return "This can't be right";
    case Probe::Outcome::refused:
      return "It refuses us";
    case Probe::Outcome::unreachable:
      return "It can't be reached";
    case Probe::Outcome::unknown:
      return "It can't be tried";
  }
  return "";
}

}  // namespace collector
