#include "sinks/influx/ignored_lines.h"

#include <fmt/format.h>

#include <chrono>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"

namespace collector::influx {
namespace {

constexpr Duration least_pause = std::chrono::minutes(1);
constexpr Duration timeout = std::chrono::seconds(2);

// A server that was started anew counts from zero.
std::uint64_t advance(std::uint64_t before, std::uint64_t after) {
  return after >= before ? after - before : after;
}

}  // namespace

std::optional<IgnoredCount> IgnoredCount::read(std::string_view metrics) {
  IgnoredCount count;
  bool found = false;
  while (const auto line = next_line(metrics)) {
    const bool invalid = line->starts_with("vm_rows_invalid_total{type=\"influx\"}");
    if (!invalid && !line->starts_with("vm_rows_ignored_total{")) continue;
    const auto number = parse_unsigned(line->substr(line->rfind(' ') + 1));
    if (!number) continue;
    found = true;
    (invalid ? count.invalid : count.ignored) += *number;
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
  since_.invalid += advance(seen_->invalid, count->invalid);
  since_.ignored += advance(seen_->ignored, count->ignored);
  seen_ = count;
  if (since_ != IgnoredCount{})
    warning_ = fmt::format(
        "VictoriaMetrics has left out lines since this sink was first opened: {} invalid, {} older than its "
        "retentionPeriod or in the future; its log names them (other senders' count too)",
        since_.invalid, since_.ignored);
}

}  // namespace collector::influx
