#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <system_error>

#include "collector/app/assembly.h"
#include "collector/app/signals.h"
#include "collector/cli/commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/cli/running_collector.h"
#include "collector/core/plural.h"
#include "collector/core/terminal.h"
#include "collector/formats/json_reader.h"
#include "collector/formats/row_json.h"
#include "collector/http/client.h"
#include "collector/spool/dead_letters.h"

namespace collector {
namespace {

int failed_at_spool(const SpoolError& error) {
  say(stderr, "collector: {}\n", error.error.text());
  return exit_code::state_directory;
}

int print(const std::vector<DeadLetter>& letters) {
  constexpr RowFormat everything{
      .counters = Counters::both, .minimum = true, .maximum = true, .last = true, .peak = true};
  for (const DeadLetter& letter : letters) {
    say(stderr, "sink {}: batch {} row {}: {}\n", letter.sink, letter.origin.sequence, letter.row,
        letter.reason);
    if (letter.content.rows.empty()) {
      say(stderr, "collector: this one is damaged\n");
      continue;
    }
    std::string json;
    append_row_json(letter.content, letter.content.rows.front(), everything, json);
    fmt::print("{}", data_on(stdout, json));
  }
  say(stderr, "collector: {}\n", counted(letters.size(), "dead letter"));
  return exit_code::done;
}

// Then no sink has refused anything, and looking must not make the directory and a spool in it.
bool has_no_spool(const std::filesystem::path& state) {
  std::error_code error;
  return !std::filesystem::exists(state / "spool.db", error) && !error;
}

int nothing_to_replay() {
  say(stderr, "collector: there are no dead letters to replay\n");
  return exit_code::done;
}

int list_beside_the_running_one(const std::filesystem::path& state, const std::string& sink) {
  if (has_no_spool(state)) return print({});
  const auto letters = read_dead_letters(state, sink);
  if (letters) return print(*letters);
  say(stderr, "collector: {}\n", letters.error().text());
  return exit_code::state_directory;
}

// Rows that the other sink was given when they were new, as the one that refused them was.
void report_had(std::uint64_t rows, const std::string& from, const std::string& to) {
  if (rows == 0) return;
  say(stderr,
      "collector: sink {}: {} there already and not delivered twice; `collector replay --sink {} --remove` "
      "throws the dead letters of sink {} away\n",
      to, counted(rows, "row was", "rows were"), from, from);
}

int report_removed(std::uint64_t rows) {
  say(stderr, "collector: {}\n",
      rows == 0 ? "there are no dead letters to remove"
                : counted(rows, "dead letter was", "dead letters were") + " removed");
  return exit_code::done;
}

// What the running collector says it has done; it delivers in its own time.
int report_replayed(const RunningAnswer& from, const Options& options) {
  const http::Response& response = *from.response;
  const auto answer = read_json_object(response.body);
  if (const JsonValue* removed = answer ? answer->member("removed_rows") : nullptr)
    return report_removed(static_cast<std::uint64_t>(removed->integer));
  const JsonValue* sinks = answer ? answer->member("replayed_rows") : nullptr;
  if (response.status != 200 || sinks == nullptr) {
    say(stderr, "collector: the running collector says: {}", response.body);
    if (const std::string other = other_version(from.socket); !other.empty())
      say(stderr, "collector: {}\n", other);
    return response.status == 404 ? exit_code::usage : exit_code::state_directory;
  }
  std::int64_t rows = 0;
  for (const auto& [name, replayed] : sinks->members) {
    rows += replayed.integer;
    if (replayed.integer != 0)
      say(stderr, "collector: sink {}: {} given back; the running collector delivers {}\n", name,
          counted(static_cast<std::uint64_t>(replayed.integer), "row is", "rows are"),
          replayed.integer == 1 ? "it" : "them");
  }
  const JsonValue* had = answer->member("had_rows");
  const auto there = had == nullptr ? 0 : static_cast<std::uint64_t>(had->integer);
  report_had(there, options.sink, options.to);
  return rows == 0 && there == 0 ? nothing_to_replay() : exit_code::done;
}

int replay_here(const Configuration& configuration, const Options& options) {
  const std::string& to = options.to.empty() ? options.sink : options.to;
  const bool is_configured =
      to.empty() ||
      std::ranges::find(configuration.sinks, to, &SinkConfiguration::name) != configuration.sinks.end();
  if (!is_configured && !options.list && !options.remove) {
    say(stderr, "collector: no sink '{}' is configured{}\n", to,
        options.to.empty() ? "; --into NAME delivers its dead letters to another sink" : "");
    return exit_code::usage;
  }
  if (has_no_spool(configuration.state)) return options.list ? print({}) : nothing_to_replay();
  const SystemClock clock;
  auto assembly = Assembly::make(configuration, clock, Duration::zero());
  if (!assembly && options.list && assembly.error().kind == AssemblyFailure::Kind::held)
    return list_beside_the_running_one(configuration.state, options.sink);
  if (!assembly && assembly.error().kind == AssemblyFailure::Kind::held) {
    say(stderr,
        "collector: {}, and it does not answer: it is starting or ending, or runs with --once; run "
        "`collector replay` again when it has ended, or when it runs\n",
        assembly.error().error.what);
    return exit_code::held;
  }
  if (!assembly) return report_failure(assembly.error());
  Spool& spool = (*assembly)->spool();
  if (options.list) {
    const auto letters = spool.dead_letters(options.sink, std::numeric_limits<std::size_t>::max());
    return letters ? print(*letters) : failed_at_spool(letters.error());
  }

  if (options.remove) {
    const auto removed = spool.remove_dead_letters(options.sink);
    return removed ? report_removed(*removed) : failed_at_spool(removed.error());
  }

  // Each step is a transaction: a stop signal may end this at any moment, also while a sink hangs.
  unblock_signals();
  int code = exit_code::done;
  std::uint64_t found_rows = 0;
  for (const auto& runner : (*assembly)->sinks().runners()) {
    if (!to.empty() && runner->name() != to) continue;
    const auto replayed =
        spool.replay_dead_letters(options.sink.empty() ? runner->name() : options.sink, runner->name());
    if (!replayed) return failed_at_spool(replayed.error());
    found_rows += replayed->rows + replayed->had;
    report_had(replayed->had, options.sink, to);
    if (replayed->rows == 0) continue;
    const auto outcome = runner->deliver_once(true, std::chrono::seconds(60));
    const RunnerFigures figures = runner->figures();
    say(stderr, "collector: sink {}: {} replayed, {} rejected again{}\n", runner->name(),
        counted(replayed->rows, "row"), figures.rejected_rows,
        figures.last_error.empty() ? "" : "; " + figures.last_error);
    if (outcome == Runner::Outcome::rejected) code = exit_code::rejected;
    if (outcome == Runner::Outcome::unreachable && code == exit_code::done) code = exit_code::not_reached;
  }
  if (auto closed = spool.close(); !closed) return failed_at_spool(closed.error());
  return found_rows == 0 ? nothing_to_replay() : code;
}

}  // namespace

// Through the running collector, which needs nothing of the configuration but where it is; else under the
// state directory's lock. The rows become ordinary batches, addressed to the sink that refused them or to
// another.
int replay_command(const Options& options, const Catalog& catalog, const Environment& environment) {
  const auto file = find_configuration(options.config_file, environment);
  if (options.list) {
    const auto configuration = load_without_secrets(file, catalog, environment);
    if (!configuration) return report_problems(configuration.error());
    log::set_level(log_level(options, *configuration));
    if (!configuration->left_out.empty())
      return list_beside_the_running_one(configuration->state, options.sink);
    return replay_here(*configuration, options);
  }
  constexpr auto timeout = std::chrono::seconds(60);  // it waits for the disk
  std::string target = options.sink.empty() ? "/replay" : "/replay?sink=" + options.sink;
  if (!options.to.empty()) target += "&to=" + options.to;
  if (options.remove) target += "&remove=yes";
  const RunningAnswer answer = ask_running(options, environment, "POST", target, timeout);
  if (answer.response) return report_replayed(answer, options);
  if (answer.response.error().kind != http::ClientFailure::Kind::nobody)
    return report_silence(answer, timeout);
  const auto configuration = load_configuration(file, catalog, environment);
  if (!configuration) return report_problems(configuration.error());
  log::set_level(log_level(options, *configuration));
  return replay_here(*configuration, options);
}

}  // namespace collector
