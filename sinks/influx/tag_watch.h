// What rows have had under the tags that `include` names, as long as none of it has met the pattern: samplers
// declare which tags there are, and only the rows tell their values. Used by the sink's thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "collector/core/series.h"
#include "sinks/influx/filter.h"
#include "sinks/sink.h"

namespace collector::influx {

class TagWatch {
 public:
  explicit TagWatch(const Patterns& include);

  void see(const Series& series);
  // A warning for each pattern that has met none of the values seen.
  std::vector<SinkNote> notes() const;

 private:
  struct Unmet {
    std::string glob;
    std::set<std::string> seen;  // the first few
    bool more = false;
  };
  std::map<std::string, Unmet> unmet_;  // by tag
};

}  // namespace collector::influx
