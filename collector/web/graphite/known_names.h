// KnownNames: what the history has, as names of Graphite's:
//   collector.HOST.MEASUREMENT.TAG….FIELD.STATISTIC   collector.thinkpad.net.eth0.bytes_recv.rate
// of counters `rate`, `sum` and `peak`, of gauges `mean`, `min` and `max`. Tags that only describe what
// another one names (a filesystem's device, an interface's kind) are no nodes. Beside the measurements stands
// `uplinks`: the traffic of a host through the interfaces that count no byte twice. Has what the caller sees;
// belongs to one call.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "collector/web/asked.h"
#include "collector/web/graphite/node_text.h"

namespace collector::web::graphite {

struct NamedMeasurement {
  std::string name;                              // its node
  history::Selection selection;                  // what it is in the history; without fields and filters
  std::vector<std::string> tags;                 // that are nodes: host first
  std::vector<history::HistoryField> fields;     // counters and gauges
  std::vector<std::vector<std::string>> series;  // values of the tags, each combination once
};

// The last node of a field's names.
const std::vector<std::string>& statistics_of(FieldKind kind);

// One name, or many that begin so.
struct NameMatch {
  const NamedMeasurement* measurement = nullptr;  // never null
  std::size_t series = 0;
  std::size_t field = 0;
  std::size_t statistic = 0;  // of a whole name; series and field too, as far as the nodes go
  std::vector<std::string> nodes = {};
  bool is_leaf = false;
};

class KnownNames {
 public:
  static Answered<KnownNames> read(Asked& asked);

  // What the first nodes of names can be that match; without a match for each node of the pattern: none.
  std::vector<NameMatch> matching(const std::vector<NodePattern>& pattern) const;
  // The same with the statistic that a field has by itself, rate or mean, for those who leave it out.
  std::vector<NameMatch> matching_fields(const std::vector<NodePattern>& pattern) const;

 private:
  std::vector<NamedMeasurement> measurements_;
};

// Of a whole path; fails as NodePattern::read() does.
Result<std::vector<NodePattern>> patterns_of(std::string_view path);

}  // namespace collector::web::graphite
