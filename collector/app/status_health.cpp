// The judgement: what a person should look at.
#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "collector/app/status.h"
#include "collector/core/plural.h"
#include "collector/core/units.h"
#include "collector/formats/rfc3339.h"

namespace collector {
namespace {

using std::chrono::seconds;

std::string time_text(std::optional<WallTime> time) {
  return time ? format_rfc3339(std::chrono::floor<seconds>(*time)) : "an unknown time";
}

// A tick that is so late is stuck, not slow.
Duration longest_without_tick(Duration interval) {
  return std::max<Duration>(5 * interval, seconds(5));
}

void judge_loop(const Status& status, Health& health) {
  const BootTime last = status.tick ? status.tick->when.boot : status.started.boot;
  const Duration interval = status.tick ? status.tick->interval : status.configuration.interval;
  if (const Duration without = status.now.boot - last; without > longest_without_tick(interval))
    health.reasons.push_back(fmt::format("no tick for {} (interval {}): the loop is stuck",
                                         human_duration(without), format_duration(interval)));
  if (!status.tick) return;
  if (status.tick->series >= status.tick->series_limit)
    health.reasons.push_back(series_limit_text(status.tick->series_limit));
}

void judge_configuration(const ConfigurationStatus& configuration, Health& health) {
  const auto& problems = configuration.problems;
  if (problems.empty()) return;
  const auto more = problems.size() > 1 ? fmt::format(" (and {} more)", problems.size() - 1) : "";
  health.reasons.push_back(fmt::format("the configuration was edited at {} and is not in force: {}{}",
                                       time_text(configuration.problems_since), problems.front(), more));
}

void judge_samplers(const std::vector<SamplerStatus>& samplers, Health& health) {
  for (const SamplerStatus& sampler : samplers) {
    if (sampler.figures.absent) continue;
    if (!sampler.figures.last_error.empty())
      health.reasons.push_back(fmt::format("sampler {}: {}", sampler.name, sampler.figures.last_error));
    else if (!sampler.figures.warning.empty())
      health.reasons.push_back(fmt::format("sampler {}: {}", sampler.name, sampler.figures.warning));
  }
}

void judge_writer(const Status& status, Health& health) {
  if (const WriterFigures& writer = status.writer; !writer.error.empty()) {
    const std::string since =
        !writer.failing_since
            ? std::string()
            : fmt::format(" (since {}; {} in memory, with the open window)", time_text(writer.failing_since),
                          counted(writer.waiting_rows, "row waits", "rows wait"));
    health.reasons.push_back(fmt::format("rows can't be written to the spool: {}{}", writer.error, since));
  }
  if (!status.tick || !status.tick->window_start) return;
  // Windows grow while the writer can take nothing.
  const Duration open = status.tick->when.wall - *status.tick->window_start;
  const Duration window = status.configuration.window;
  if (window > Duration{} && open > 2 * window + seconds(3))
    health.reasons.push_back(fmt::format("the open window has grown to {} (window {}){}",
                                         human_duration(open), format_duration(window),
                                         status.writer.error.empty() ? ": the disk is slow or stuck" : ""));
}

void judge_log(const OutputQueue::Figures& log, Health& health) {
  if (log.stalled >= seconds(5))
    health.reasons.push_back(
        fmt::format("stderr has not been read for {}: {} lines of the log wait, {} are lost",
                    human_duration(log.stalled), log.waiting, log.lost));
  else if (log.error != 0 && !log.hung_up)  // whoever closes the terminal knows that no log is read there
    health.reasons.push_back(fmt::format("stderr can't be written: {}; {} lines of the log are lost",
                                         std::generic_category().message(log.error), log.unsaid));
}

// It happened at the start, and is over: said for as long as somebody may look for it.
void judge_boot(const Status& status, Health& health) {
  if (!status.boot.untellable.empty() && status.now.boot - status.started.boot < std::chrono::hours(1))
    health.reasons.push_back(status.boot.untellable);
}

// How old a waiting row may become while all is well: it waits for its flush and for the sink's slot.
Duration usual_lag(const SinkStatus& sink, const ConfigurationStatus& configuration) {
  constexpr Duration lateness_of_slots = seconds(20);
  const Duration slot = sink.every > Duration{} ? sink.every + lateness_of_slots : Duration{};
  return slot + std::max<Duration>(3 * configuration.flush, seconds(5));
}

void judge_sink(const SinkStatus& sink, const ConfigurationStatus& configuration, Health& health) {
  const auto add = [&](std::string reason) {
    health.reasons.push_back(fmt::format("sink {}: {}", sink.name, reason));
  };
  const RunnerFigures& runner = sink.runner;
  if (!runner.last_error.empty())
    add(fmt::format("{}: {} (at {})", state_text(runner.state), runner.last_error,
                    time_text(runner.last_error_at)));
  if (sink.backlog.batches > 0 && sink.lag > usual_lag(sink, configuration))
    add(fmt::format("{} behind: {} since {}", human_duration(sink.lag),
                    counted(sink.backlog.rows, "row waits", "rows wait"), time_text(sink.backlog.oldest)));
  if (sink.dropped_rows > 0 && sink.backlog.batches > 0)
    add(fmt::format("{} off its backlog and summed up as `dropped`",
                    counted(sink.dropped_rows, "row fell", "rows fell")));
  if (sink.dead_letters > 0)
    add(
        fmt::format("{} refused and kept: `collector replay --list` shows them, and `collector replay` "
                    "delivers them again once the cause is fixed",
                    counted(sink.dead_letters, "row was", "rows were")));
  for (const SinkNote& note : runner.notes)
    if (note.warning) add(fmt::format("{}: {}", note.name, note.text));
}

}  // namespace

std::string_view state_text(RunnerState state) {
  switch (state) {
    case RunnerState::starting:
      return "starting";
    case RunnerState::idle:
      return "idle";
    case RunnerState::delivering:
      return "delivering";
    case RunnerState::retrying:
      return "retrying";
    case RunnerState::holding:
      return "holding";
    case RunnerState::stopped:
      return "stopped";
  }
  return "";
}

// No sink is left to take them.
void judge_orphans(const Status& status, Health& health) {
  for (const auto& [name, count] : status.spool.dead_letters)
    if (std::ranges::find(status.sinks, name, &SinkStatus::name) == status.sinks.end())
      health.reasons.push_back(
          fmt::format("sink {0}: {1} refused and kept, and no sink of this name is configured: `collector "
                      "replay --sink {0} "
                      "--into OTHER` delivers them to another sink, `collector replay --sink {0} --remove` "
                      "throws them away",
                      name, counted(count, "row was", "rows were")));
}

Health judge(const Status& status) {
  Health health;
  judge_loop(status, health);
  judge_writer(status, health);
  judge_log(status.log, health);
  judge_boot(status, health);
  judge_configuration(status.configuration, health);
  for (const SinkStatus& sink : status.sinks)
    judge_sink(sink, status.configuration, health);
  judge_orphans(status, health);
  judge_samplers(status.samplers, health);
  if (!status.page_problem.empty()) health.reasons.push_back("the page: " + status.page_problem);
  return health;
}

}  // namespace collector
