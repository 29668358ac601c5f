#include "collector/cli/check_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "collector/app/sink_set.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/service_user.h"
#include "collector/cli/status_service.h"
#include "collector/cli/target_check.h"
#include "collector/core/log.h"
#include "collector/core/plural.h"
#include "collector/core/terminal.h"
#include "collector/core/units.h"
#include "collector/transport/tls_certificate.h"
#include "collector/web/page_address.h"

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

void print_note(const std::string& of, const SinkNote& note, std::FILE* out) {
  fmt::print(out, "{}\n",
             shown_on(out, fmt::format("  {:<9} {}: {}", note.warning ? "warning" : "note", of, note.text),
                      note.warning ? Style::warning : Style::plain));
}

// What came of asking the targets; the exit code.
int tell_targets(const Configuration& configuration, std::FILE* out) {
  constexpr Duration timeout = std::chrono::seconds(20);
  const TargetAnswers asked = ask_targets(configuration, timeout);
  bool all_good = true;
  for (const TargetAnswer& answer : asked.answers) {
    all_good = all_good && answer.is_good;
    fmt::print(out, "{}\n",
               shown_on(out,
                        fmt::format("  {}  {}: {}", answer.is_good ? "answers" : "fails  ", answer.sink,
                                    answer.text),
                        answer.is_good ? Style::good : Style::bad));
  }
  const int code = all_good ? exit_code::done : exit_code::not_reached;
  if (!asked.hangs) return code;
  std::fflush(nullptr);
  _exit(code);
}

}  // namespace

int check_command(const Options& options, const Catalog& catalog, const Environment& environment,
                  std::FILE* out, std::FILE* err) {
  const auto file = find_configuration(options.config_file, environment);
  const auto configuration = load_configuration(file, catalog, as_the_service_sees_it(environment, file));
  if (!configuration) {
    const auto& problems = configuration.error();
    for (const Problem& problem : problems)
      log::say_error(problem.text() + "\n", err);
    log::say_error(fmt::format("collector: {} in the configuration\n", counted(problems.size(), "problem")),
                   err);
    return exit_code::configuration;
  }
  const std::string found =
      file ? file->string() + " is good" : "no configuration file: the built-in defaults apply";
  fmt::print(out, "{}\n", shown_on(out, found, Style::good));
  say(out, "  samplers  {}\n", sampler_list(*configuration));
  say(out, "  sinks     {}\n", sink_list(*configuration));
  say(out, "  state     {}\n", configuration->state.string());
  if (configuration->web) say(out, "  page      {}\n", web::page_address(*configuration));
  const std::string listening = warning_about_listening(configuration->status_listen);
  if (!listening.empty()) print_note("status", {.name = "listen", .text = listening, .warning = true}, out);
  const SystemClock clock;
  if (configuration->web && !configuration->web->certificate.empty())
    if (const std::string mistake = transport::mistake_in_certificate(
            configuration->web->certificate, configuration->web->key, clock.now().wall);
        !mistake.empty())
      print_note("page", {.name = "tls", .text = mistake, .warning = true}, out);
  for (const SinkConfiguration& sink : configuration->sinks)
    for (const SinkNote& note : advice_on(sink, *configuration, clock))
      print_note(sink.name, note, out);
  return options.connect ? tell_targets(*configuration, out) : exit_code::done;
}

}  // namespace collector
