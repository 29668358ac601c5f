#include "sinks/influx/filter.h"

#include <fnmatch.h>

#include <algorithm>

namespace collector::influx {
namespace {

bool matches(const std::string& glob, const std::string& text) {
  return fnmatch(glob.c_str(), text.c_str(), 0) == 0;
}

bool matches_any(const std::vector<std::string>& globs, const std::string& text) {
  return std::ranges::any_of(globs, [&](const std::string& glob) { return matches(glob, text); });
}

}  // namespace

bool Filter::takes(const Series& series) const {
  const std::string& measurement = series.measurement().name;
  if (!include_.measurements.empty() && !matches_any(include_.measurements, measurement)) return false;
  if (matches_any(exclude_.measurements, measurement)) return false;
  for (const auto& [key, glob] : include_.tags)
    if (const std::string value(series.tag(key)); !value.empty() && !matches(glob, value)) return false;
  for (const auto& [key, glob] : exclude_.tags)
    if (const std::string value(series.tag(key)); !value.empty() && matches(glob, value)) return false;
  return true;
}

bool Filter::takes(const Measurement& measurement, std::string_view field) const {
  const std::string name = measurement.name + "." + std::string(field);
  return (include_.fields.empty() || matches_any(include_.fields, name)) &&
         !matches_any(exclude_.fields, name);
}

}  // namespace collector::influx
