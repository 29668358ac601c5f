#include "collector/cli/check_command.h"

#include <fmt/format.h>

#include "collector/app/sink_set.h"
#include "collector/cli/exit_code.h"
#include "collector/core/terminal.h"
#include "collector/core/units.h"

namespace collector {
namespace {

std::string sampler_list(const Configuration& configuration) {
  std::string list;
  for (const SamplerConfiguration& sampler : configuration.samplers)
    list += fmt::format("{}{} every {}", list.empty() ? "" : ", ", sampler.name,
                        format_duration(sampler.interval));
  return list;
}

std::string sink_list(const Configuration& configuration) {
  std::string list;
  for (const SinkConfiguration& sink : configuration.sinks) {
    const Duration every = sink.common.duration("every");
    list += fmt::format("{}{} ({}{})", list.empty() ? "" : ", ", sink.name, sink.type,
                        every == Duration{0} ? "" : " every " + format_duration(every));
  }
  return list;
}

}  // namespace

int check_command(const Options& options, const Catalog& catalog, const Environment& environment,
                  std::FILE* out, std::FILE* err) {
  const auto file = find_configuration(options.config_file, environment);
  const auto configuration = load_configuration(file, catalog, environment);
  if (!configuration) {
    const auto& problems = configuration.error();
    for (const Problem& problem : problems)
      say(err, "{}\n", problem.text());
    say(err, "collector: {} problem{} in the configuration\n", problems.size(),
        problems.size() == 1 ? "" : "s");
    return exit_code::configuration;
  }
  const std::string found =
      file ? file->string() + " is good" : "no configuration file: the built-in defaults apply";
  fmt::print(out, "{}\n", shown_on(out, found, Style::good));
  say(out, "  samplers  {}\n", sampler_list(*configuration));
  say(out, "  sinks     {}\n", sink_list(*configuration));
  say(out, "  state     {}\n", configuration->state.string());
  const SystemClock clock;
  for (const SinkConfiguration& sink : configuration->sinks)
    for (const SinkNote& note : advice_on(sink, configuration->state, clock))
      fmt::print(
          out, "{}\n",
          shown_on(out,
                   fmt::format("  {:<9} {}: {}", note.warning ? "warning" : "note", sink.name, note.text),
                   note.warning ? Style::warning : Style::plain));
  return exit_code::done;
}

}  // namespace collector
