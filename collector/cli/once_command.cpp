#include <fmt/format.h>
#include <cstdio>

#include "collector/app/once.h"
#include "collector/cli/commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/cli/history/history_totals.h"
#include "collector/cli/table.h"
#include "collector/core/log.h"
#include "collector/core/plural.h"
#include "collector/core/terminal.h"

namespace collector {
namespace {

std::string_view outcome_text(Runner::Outcome outcome) {
  switch (outcome) {
    case Runner::Outcome::delivered:
      return "delivered";
    case Runner::Outcome::not_due:
      return "not due yet";
    case Runner::Outcome::unreachable:
      return "not reached, kept";
    case Runner::Outcome::rejected:
      return "rejected rows";
  }
  return "";
}

// A sink that writes rows to stdout has it for itself: the table then is talk.
std::FILE* table_file(const Configuration& configuration) {
  for (const SinkConfiguration& sink : configuration.sinks)
    if (sink.settings.has("path") && sink.settings.text("path") == "-") return stderr;
  return stdout;
}

// What was stored and where.
void print(const OnceReport& report, std::FILE* file) {
  const Terminal terminal = Terminal::of(fileno(file));
  Table stored({{"measurement"}, {"series", true}, {"rows", true}});
  std::uint64_t rows = 0;
  for (const auto& line : report.stored) {
    stored.add({line.measurement, std::to_string(line.series), std::to_string(line.rows)});
    rows += line.rows;
  }
  stored.add({"total", "", std::to_string(rows)});
  put(file, stored.text(terminal));
  if (!report.absent.empty()) say(file, "not on this machine: {}\n", fmt::join(report.absent, ", "));
  for (const std::string& notice : report.notices)
    say(file, "{}\n", notice);
  put(file, "\n");

  Table sinks({{"sink"}, {"rows", true}, {"waiting", true}, {"state"}, {"target"}});
  for (const auto& delivery : report.deliveries)
    sinks.add({delivery.sink, std::to_string(delivery.rows), std::to_string(delivery.waiting_rows),
               std::string(outcome_text(delivery.outcome)), delivery.target});
  if (!sinks.empty()) put(file, sinks.text(terminal));
  for (const auto& delivery : report.deliveries)
    if (delivery.left_out_rows > 0)
      say(file, "{}: {} left out as the sink's settings say\n", delivery.sink,
          counted(delivery.left_out_rows, "row was", "rows were"));
}

int exit_code_of(const OnceReport& report) {
  int code = exit_code::done;
  for (const auto& delivery : report.deliveries) {
    if (delivery.outcome == Runner::Outcome::rejected) return exit_code::rejected;
    if (delivery.outcome == Runner::Outcome::unreachable) code = exit_code::not_reached;
  }
  return code;
}

}  // namespace

int once_command(const Configuration& configuration, const Options& options) {
  const SystemClock clock;
  auto assembly = Assembly::make(configuration, clock, std::chrono::seconds(5));
  if (!assembly) return report_failure(assembly.error());
  const OnceReport report = run_once(**assembly, {options.wait, options.sync});
  if (report.not_spooled) {
    say(stderr, "collector: {}; nothing was stored, and the next run counts from the same point\n",
        report.not_spooled->text());
    return exit_code::state_directory;
  }
  print(report, table_file(configuration));
  if (const auto moved = totals_line(ask_file_of(configuration)))
    say(table_file(configuration), "moved: {}\n", *moved);
  for (const auto& delivery : report.deliveries)
    for (const std::string& warning : delivery.warnings)
      log::warning("sink/" + delivery.sink, "{}", warning);
  if (auto closed = (*assembly)->spool().close(); !closed)
    log::warning("spool", "{}", closed.error().error.text());
  return exit_code_of(report);
}

}  // namespace collector
