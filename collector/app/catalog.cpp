#include "collector/app/catalog.h"

#include <set>
#include <string>
#include <vector>

#include "collector/access/access_file.h"
#include "collector/app/assembly.h"
#include "collector/samplers/sampler.h"
#include "sinks/table.h"

namespace collector {
namespace {

// A configured tag named like one of these would make two columns of one name.
std::vector<std::string> column_names() {
  std::set<std::string> names;
  for (const MeasurementPtr& measurement : known_measurements()) {
    for (const TagKey& tag : measurement->tags)
      names.insert(tag.name);
    for (const Field& field : measurement->fields)
      names.insert(field.name);
  }
  return {names.begin(), names.end()};
}

// Of the measurements that have several series.
std::vector<std::string> size_fields(const SamplerType& type) {
  std::vector<std::string> counters;
  std::vector<std::string> levels;
  for (const MeasurementPtr& measurement : type.measurements())
    for (const Field& field : measurement->fields) {
      if (measurement->tags.empty() || field.hidden || field.kind == FieldKind::state) continue;
      (field.kind == FieldKind::gauge ? levels : counters).push_back(field.name);
    }
  if (counters.empty()) return {};
  counters.insert(counters.end(), levels.begin(), levels.end());
  return counters;
}

// Commands are run by people who may not look into the service's state directory.
std::optional<bool> may_anybody_sign_in(const std::filesystem::path& state) {
  const auto records = AccessFile(state).read();
  if (records) return may_anybody_read(*records);
  // What is not believed lets nobody in, and is said when it is asked.
  return records.error().lasting ? std::optional(false) : std::nullopt;
}

}  // namespace

const Catalog& catalog() {
  static const std::vector<std::vector<std::string>> fields = [] {
    std::vector<std::vector<std::string>> of_types;
    for (const SamplerType& type : sampler_types())
      of_types.push_back(size_fields(type));
    return of_types;
  }();
  static const std::vector<ComponentType> samplers = [] {
    std::vector<ComponentType> types;
    for (const SamplerType& type : sampler_types()) {
      types.push_back(type.component);
      types.back().size_fields = fields[types.size() - 1];
    }
    return types;
  }();
  static const std::vector<ComponentType> sinks = [] {
    std::vector<ComponentType> types;
    for (const SinkType& type : sink_types())
      types.push_back(type.component);
    return types;
  }();
  static const std::vector<std::string> reserved = column_names();
  static const std::vector<MeasurementPtr> measurements = known_measurements();
  static const Catalog all{samplers, sinks, reserved, measurements, may_anybody_sign_in};
  return all;
}

}  // namespace collector
