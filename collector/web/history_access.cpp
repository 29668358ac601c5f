#include "collector/web/history_access.h"

#include <chrono>
#include <system_error>

#include "collector/app/refused_times.h"
#include "collector/core/time.h"

namespace collector::web {
namespace {

constexpr std::chrono::milliseconds question_takes{250};
constexpr std::chrono::milliseconds call_takes{2000};
constexpr std::size_t buckets_at_most = 300'000;

Problem no_history(std::string detail) {
  return {.status = 404, .type = "no-history", .title = "there is no history", .detail = std::move(detail)};
}

const SinkConfiguration* sink_of_history(const Configuration& configuration) {
  for (const SinkConfiguration& sink : configuration.sinks)
    if (sink.type == "sqlite") return &sink;
  return nullptr;
}

}  // namespace

std::expected<history::HistoryFile, Problem> open_history(const Configuration& configuration,
                                                          OpenWindowDesk& open_window,
                                                          const std::atomic<bool>& cancelled) {
  const SinkConfiguration* keeps = sink_of_history(configuration);
  if (keeps == nullptr)
    return std::unexpected(
        no_history("no SQLite sink: only live values; add sinks: {local: {type: sqlite}}"));
  const auto file = (configuration.state / keeps->settings.text("path")).lexically_normal();
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    return std::unexpected(no_history("the first rows are stored after a minute"));
  static const SystemClock clock;
  auto opened = history::HistoryFile::open(file, {.at_most = question_takes,
                                                  .all_together = call_takes,
                                                  .cancelled = &cancelled,
                                                  .most_buckets = buckets_at_most,
                                                  .clock = &clock});
  if (!opened)
    return std::unexpected(Problem{.status = 503,
                                   .type = "history",
                                   .title = "the history can't be read now",
                                   .detail = "collector status says more",
                                   .headers = {{"Retry-After", "5"}}});
  opened->add_open_window([&open_window] { return open_window.ask(); });
  return std::move(*opened);
}

std::vector<RefusedTime> refused_by_history(const Configuration& configuration) {
  const SinkConfiguration* sink = sink_of_history(configuration);
  return sink == nullptr ? std::vector<RefusedTime>{} : refused_times(configuration.state, sink->name);
}

std::string zone_in_force(const Configuration& configuration) {
  const auto zone = history::Zone::configured(configuration.timezone);
  return zone ? zone->name() : history::Zone::utc().name();
}

std::vector<BillingPlan> plans_of(const Configuration& configuration) {
  std::vector<BillingPlan> plans;
  for (const PlanConfiguration& plan : configuration.plans)
    plans.push_back(billing_plan(plan));
  return plans;
}

}  // namespace collector::web
