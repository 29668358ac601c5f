// The questions that a history answers, and its answers: how much moved in a range, or how high something
// stood, piece by piece, through what, and how sure that is. HistoryFile (history_file.h) answers them. Plain
// values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/measurement.h"
#include "collector/history/calendar.h"

namespace collector::history {

// Which interfaces are added up.
enum class Scope : std::uint8_t {
  // Those that count no byte twice: devices; on a host that has none (a container), links whose other end is
  // elsewhere.
  uplinks,
  all,
};

enum class GroupBy : std::uint8_t { none, interface, host };

// A tag, and what its value may be: any of these patterns (*, ?, [a-z]); empty: anything. "host" and other
// labels are tags too.
struct TagFilter {
  std::string tag;
  std::vector<std::string> patterns;
};

// What is asked about one measurement. `uplinks` and `interface` are for net; another is added up as it is.
struct Selection {
  std::string measurement = "net";
  std::vector<std::string> fields{"bytes_recv", "bytes_sent"};  // counters, gauges and states
  std::vector<TagFilter> filters{};
  Scope scope = Scope::uplinks;
  GroupBy by = GroupBy::none;
  // In place of `by`: a group for each combination of what these tags are.
  std::vector<std::string> by_tags{};
};

// What one answer may have: of a picture, so that nobody asks for more than can be seen. A question beyond is
// refused.
struct AnswerLimits {
  std::size_t columns = 4'000;
  std::size_t groups = 64;
};

struct UsageQuery {
  Selection selection;
  // Where the buckets begin, in order, and where the last one ends: at least two moments (bucket_edges.h).
  std::vector<Seconds> edges;
  std::optional<AnswerLimits> limits{};  // nothing: none
};

// What one counter says about a time.
struct Amount {
  std::int64_t sum = 0;         // exact
  double busiest = 0;           // highest rate of one series, per second
  std::int64_t busiest_at = 0;  // when that was, Unix seconds: start of its window. 0: unknown
  bool is_known = false;        // false: there was no reading
  std::int64_t imported = 0;    // of the sum, what another program had counted: not how fast it went

  // Whether `busiest` can stand for all of this: not where most of it was imported.
  bool has_busiest() const { return is_known && busiest > 0 && imported <= sum - imported; }

  friend bool operator==(const Amount&, const Amount&) = default;
};

// What one gauge or state says about a time; of several series that are one group, about all of them.
struct Reading {
  // Of a gauge. The mean is weighted by the time observed; lowest and highest are those of rows that tell
  // them, else of their means.
  double mean = 0;
  double lowest = 0;
  double highest = 0;
  std::int64_t weight = 0;  // milliseconds that `mean` is of
  // Of a state: the newest.
  std::string last{};
  std::int64_t last_until = 0;  // end of the bucket or row that it is from, Unix milliseconds
  bool is_known = false;        // false: there was no reading

  friend bool operator==(const Reading&, const Reading&) = default;
};

struct UsageBucket {
  Interval time{};
  std::vector<Amount> fields;       // in the order of the selection; known of counters
  std::vector<Reading> readings{};  // the same, of gauges and states; empty where only counters are asked for
  std::int64_t observed = 0;        // milliseconds, of the series that was observed longest
  std::uint16_t flags = 0;          // core/batch.h: what happened to the numbers

  bool is_known() const { return observed > 0 || flags != 0; }
};

// One interface, one host, all together (both names empty), or what has the same tags.
struct UsageGroup {
  std::string host;
  std::string interface;
  std::string kind;                  // of an interface: physical, wireguard, bridge …
  std::string parent;                // the interface that counts the same bytes too
  std::vector<UsageBucket> buckets;  // one for each, also where nothing is known
  UsageBucket total;                 // of the range, exactly
  std::vector<std::string> tags{};   // their values, in the order of Selection::by_tags
};

// The range can be cut there no longer, because finer levels are gone: the nearest moment is taken.
struct MovedEdge {
  Seconds wanted{};
  Seconds used{};
  std::string level;  // the finest one that is kept there: "5m", "1h", "1d"
};

struct UsageAnswer {
  std::vector<std::string> fields;
  std::vector<FieldKind> kinds;     // of the fields: counter, gauge or state
  std::vector<Seconds> edges;       // as used
  std::vector<UsageGroup> groups;   // by name; one, also when empty, where nothing is grouped
  std::vector<MovedEdge> moved;     // empty: all edges are as wanted
  std::vector<std::string> levels;  // that were read, coarsest first; "raw" for rows
  // End of the newest row of what is selected that has begun by the clock; nothing: there is none.
  std::optional<Seconds> as_of;
  // End of the newest row that begins later than the clock shows, because it was wrong when that was written.
  std::optional<Seconds> ahead = std::nullopt;
  bool is_live = false;              // with what a running collector has counted up to now
  std::vector<std::string> counted;  // names of the interfaces that are added up
  // Hosts that have interfaces, but none of them is an uplink: their bytes are not in here.
  std::vector<std::string> without_uplink;
};

// A stretch of time in which something happened to the numbers.
struct Mark {
  enum class Kind : std::uint8_t {
    gap,        // asleep, or stalled: what moved is in there, spread evenly
    recovered,  // the collector did not run: what moved meanwhile was counted at its next start
    reset,      // counters started over: the machine or a device was restarted
    wrap,
    clock,        // the clock was set
    quarantined,  // an impossible jump or level was set aside: not in the sums and means
    dropped,      // fell off the sink's backlog before it was stored: not in the sums
    lost,         // batches are gone, with whatever was in them
  };
  Kind kind = Kind::gap;
  Interval time{};
  std::string host;
  std::string interface;  // empty: all of the host's
  // Of quarantined and dropped: bytes, or what the counter counts; what no int64 holds: the most. 0: it is a
  // level.
  std::int64_t amount = 0;
  std::string field;  // of quarantined and dropped
  bool loses_bytes() const { return kind >= Kind::quarantined; }
  std::string text() const;  // "asleep 7 h 14 min", "4.29 GB set aside"
};

// The means of the hours of the week, Monday 00:00 first, and of how many hours each is one.
struct HourOfWeekMean {
  std::int64_t sum = 0;    // of all fields
  std::int64_t hours = 0;  // that were observed
  double mean() const { return hours == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(hours); }
};

// What a file has.
struct HistoryField {
  std::string name;
  FieldKind kind = FieldKind::counter;  // counter, gauge or state
  std::string unit;                     // of a gauge's reading, of what a counter counts
  std::string sentence;
};
struct HistoryMeasurement {
  std::string name;
  std::string sentence;
  std::vector<std::string> tags;  // host and other labels first
  std::size_t labels = 1;         // so many of them are labels
  std::vector<HistoryField> fields;
};
// One series, and since and until when there is anything of it.
struct HistorySeries {
  std::int64_t id = 0;
  std::vector<std::string> tags;  // in the order of HistoryMeasurement::tags
  std::optional<Interval> time;   // nothing: all of it was deleted
};
struct SeriesQuestion {
  std::string measurement;
  std::vector<TagFilter> filters{};
  std::int64_t after = 0;  // HistorySeries::id
  std::size_t most = 1'000;
  bool has_time = true;  // false: when they were measured is not looked up, which takes longest
};
struct HistoryInterface {
  std::string host;
  std::string interface;
  std::string kind;
  std::string parent;
  bool is_uplink = false;
};
struct HistoryContent {
  std::vector<HistoryInterface> interfaces;  // by host and name, with the tags of their newest series
  std::vector<std::string> hosts;
  std::size_t series = 0;
  std::optional<Interval> time;  // first bucket's start to the newest row's end; nothing: it is empty
  std::string day_zone;          // that days are cut in now
};

}  // namespace collector::history
