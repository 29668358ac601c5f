// IgnoredLines: VictoriaMetrics answers 204 to lines that it then leaves out or cuts; it counts them in its
// own metrics (https://docs.victoriametrics.com/victoriametrics/#monitoring). Where those can be read, they
// are compared. Other senders' lines are counted there too: what comes out is a warning, never a verdict.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sinks/influx/http.h"

namespace collector::influx {

// What the page says; nothing when it is not VictoriaMetrics'.
struct IgnoredCount {
  std::uint64_t invalid = 0;  // vm_rows_invalid_total{type="influx"}
  std::uint64_t ignored = 0;  // vm_rows_ignored_total, all reasons: too old, too new
  // Samples of series that -storage.maxHourlySeries or maxDailySeries leaves no room for.
  std::uint64_t over_limit = 0;
  // Samples that lost tags (-maxLabelsPerTimeseries), or part of a tag's name or value (-maxLabelValueLen):
  // series that differed in these fall together.
  std::uint64_t cut = 0;

  static std::optional<IgnoredCount> read(std::string_view metrics);
  friend bool operator==(const IgnoredCount&, const IgnoredCount&) = default;
};

// Used by one thread.
class IgnoredLines {
 public:
  // What the server has counted so far is none of ours. Where there is nothing to read, it is not asked
  // again.
  void begin(HttpConnection& connection, const Url& url);
  // Compares, at most once a minute unless `at_once`. VictoriaMetrics counts a second or so after it has
  // answered.
  void compare(HttpConnection& connection, const Url& url, BootTime now, bool at_once);

  const std::string& warning() const { return warning_; }  // empty: none was ignored

 private:
  static std::optional<IgnoredCount> ask(HttpConnection& connection, const Url& url);

  bool has_asked_ = false;
  std::optional<IgnoredCount> seen_;  // nothing: there is nothing to read
  IgnoredCount since_;                // all that came on top
  std::optional<BootTime> compared_;
  std::string warning_;
};

}  // namespace collector::influx
