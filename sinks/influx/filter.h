// What of the rows goes to this sink: `include` and `exclude`, by measurement, tag and field. Pure.
//
//   include: {measurements: [net, cpu], tags: {…}, fields: [net.bytes_*]}
//
// Patterns are globs (* ? [a-z]). A row goes when its measurement matches one of include.measurements, and
// for each tag that include.tags names and the row has, its value matches; a list that is not given lets all
// pass. exclude takes away from that. Fields are named as measurement.field; a row of which none is left does
// not go. Tags themselves are never left out: two series that differ in nothing else would become one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/measurement.h"
#include "collector/core/series.h"
#include "config/settings.h"

namespace collector::influx {

struct Patterns {
  std::vector<std::string> measurements;
  std::map<std::string, std::string> tags;  // key → glob
  std::vector<std::string> fields;          // "measurement.field"

  friend bool operator==(const Patterns&, const Patterns&) = default;
};

// Of the setting `include` or `exclude`.
Patterns patterns_of(const Settings& settings, std::string_view name);

bool matches(const std::string& glob, const std::string& text);

class Filter {
 public:
  Filter() = default;
  Filter(Patterns include, Patterns exclude) : include_(std::move(include)), exclude_(std::move(exclude)) {}

  const Patterns& include() const { return include_; }
  bool empty() const { return include_ == Patterns{} && exclude_ == Patterns{}; }
  bool takes(const Series& series) const;
  bool takes(const Measurement& measurement) const;  // whatever the tags
  // By the name it is written under: bytes_recv_peak is another one than bytes_recv.
  bool takes(const Measurement& measurement, std::string_view field) const;

 private:
  Patterns include_;
  Patterns exclude_;
};

}  // namespace collector::influx
