#include "collector/app/catalog.h"

#include <set>
#include <string>
#include <vector>

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

}  // namespace

const Catalog& catalog() {
  static const std::vector<ComponentType> samplers = [] {
    std::vector<ComponentType> types;
    for (const SamplerType& type : sampler_types())
      types.push_back(type.component);
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
  static const Catalog all{samplers, sinks, reserved, measurements};
  return all;
}

}  // namespace collector
