#include "sinks/influx/filter.h"

#include <fnmatch.h>

#include <algorithm>

namespace collector::influx {
namespace {

bool matches_any(const std::vector<std::string>& globs, const std::string& text) {
  return std::ranges::any_of(globs, [&](const std::string& glob) { return matches(glob, text); });
}

}  // namespace

bool matches(const std::string& glob, const std::string& text) {
  return fnmatch(glob.c_str(), text.c_str(), 0) == 0;
}

Patterns patterns_of(const Settings& settings, std::string_view name) {
  if (!settings.has(name)) return {};
  const Settings& table = settings.table(name);
  return {
      .measurements = table.list("measurements"), .tags = table.map("tags"), .fields = table.list("fields")};
}

bool Filter::takes(const Measurement& measurement) const {
  return (include_.measurements.empty() || matches_any(include_.measurements, measurement.name)) &&
         !matches_any(exclude_.measurements, measurement.name);
}

bool Filter::takes(const Series& series) const {
  if (!takes(series.measurement())) return false;
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
