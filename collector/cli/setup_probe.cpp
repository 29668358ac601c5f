#include "collector/cli/setup_probe.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/app/sink_set.h"
#include "sinks/table.h"

namespace collector {

std::optional<std::string> why_unreachable(const SetupTarget& target, const Catalog& catalog,
                                           const Environment& environment) {
  // Through the configuration, so that what is tried is what will run.
  SetupPlan plan;
  plan.targets = {target};
  plan.starter = Starter::system_service;  // the secret by name, which is answered here
  const Environment with_secret{[&](const std::string& name) {
                                  return name.ends_with("_URL") ? std::optional(target.url)
                                                                : environment.variable(name);
                                },
                                environment.host_name};
  const auto parsed = parse_configuration(files_of(plan).back().text, "setup", catalog, with_secret);
  if (!parsed) return parsed.error().front().text();
  const SinkConfiguration& sink = parsed->sinks.back();
  const auto type =
      std::ranges::find(sink_types(), sink.type, [](const SinkType& each) { return each.component.name; });
  const SystemClock clock;
  const auto opened = type->create({sink.name, std::filesystem::temp_directory_path(), sink.settings,
                                    row_format_of(sink, type->default_format), clock})
                          ->open({});
  if (opened) return std::nullopt;
  const SinkFailure& failure = opened.error();
  return failure.remedy.empty() ? failure.what : fmt::format("{}\n  {}", failure.what, failure.remedy);
}

}  // namespace collector
