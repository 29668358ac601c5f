#include "sinks/influx/ignored_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"

namespace collector::influx {
namespace {

constexpr Duration least_pause = std::chrono::minutes(1);
constexpr Duration timeout = std::chrono::seconds(2);

struct LossCounter {
  std::string_view begin;  // of a line: its name, with the labels that matter
  std::uint64_t IgnoredCount::* part;
};
constexpr std::array<LossCounter, 7> loss_counters{{
    {"vm_rows_invalid_total{type=\"influx\"}", &IgnoredCount::invalid},
    {"vm_rows_ignored_total{", &IgnoredCount::ignored},
    {"vm_hourly_series_limit_rows_dropped_total", &IgnoredCount::over_limit},
    {"vm_daily_series_limit_rows_dropped_total", &IgnoredCount::over_limit},
    {"vm_metrics_with_dropped_labels_total", &IgnoredCount::cut},
    {"vm_too_long_label_names_total", &IgnoredCount::cut},
    {"vm_too_long_label_values_total", &IgnoredCount::cut},
}};

struct Loss {
  std::uint64_t IgnoredCount::* part;
  std::string_view what;
};
constexpr std::array<Loss, 4> losses{{
    {&IgnoredCount::invalid, "invalid"},
    {&IgnoredCount::ignored, "older than its retentionPeriod or in the future"},
    {&IgnoredCount::over_limit,
     "of series beyond its -storage.maxHourlySeries or -storage.maxDailySeries (raise it there, or send "
     "fewer series: include, exclude)"},
    {&IgnoredCount::cut,
     "stored without some of their tags or with shortened ones, so that series fall together (raise its "
     "-maxLabelsPerTimeseries or -maxLabelValueLen, or give fewer or shorter tags:)"},
}};

std::string warning_of(const IgnoredCount& since) {
  std::string parts;
  for (const auto& [part, what] : losses)
    if (since.*part != 0) parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", since.*part, what);
  if (parts.empty()) return {};
  return fmt::format(
      "VictoriaMetrics has left out or changed samples since this sink was first opened: {}; its log names "
      "them (other senders' count too)",
      parts);
}

// A server that was started anew counts from zero.
std::uint64_t advance(std::uint64_t before, std::uint64_t after) {
  return after >= before ? after - before : after;
}

}  // namespace

std::optional<IgnoredCount> IgnoredCount::read(std::string_view metrics) {
  IgnoredCount count;
  bool found = false;
  while (const auto line = next_line(metrics)) {
    const auto counter = std::ranges::find_if(
        loss_counters, [&](const LossCounter& each) { return line->starts_with(each.begin); });
    if (counter == loss_counters.end()) continue;
    const auto number = parse_unsigned(line->substr(line->rfind(' ') + 1));
    if (!number) continue;
    found = true;
    count.*counter->part += *number;
  }
  if (!found) return std::nullopt;
  return count;
}

std::optional<IgnoredCount> IgnoredLines::ask(HttpConnection& connection, const Url& url) {
  const auto answer =
      connection.perform({.url = url.origin() + "/metrics", .authorization = {}, .timeout = timeout});
  if (!answer || answer->status != 200) return std::nullopt;
  return IgnoredCount::read(answer->body);
}

void IgnoredLines::begin(HttpConnection& connection, const Url& url) {
  if (has_asked_) return;
  has_asked_ = true;
  seen_ = ask(connection, url);
}

void IgnoredLines::compare(HttpConnection& connection, const Url& url, BootTime now, bool at_once) {
  if (!seen_) return;
  if (!at_once && compared_ && now - *compared_ < least_pause) return;
  compared_ = now;
  const auto count = ask(connection, url);
  if (!count) return;
  for (const auto& [part, what] : losses)
    since_.*part += advance((*seen_).*part, (*count).*part);
  seen_ = count;
  warning_ = warning_of(since_);
}

}  // namespace collector::influx
