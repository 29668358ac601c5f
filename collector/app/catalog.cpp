#include "collector/app/catalog.h"

#include <vector>

#include "collector/samplers/sampler.h"
#include "sinks/table.h"

namespace collector {

const Catalog& catalog() {
  static const std::vector<ComponentType> samplers = [] {
    std::vector<ComponentType> types;
    for (const SamplerType& type : sampler_types()) types.push_back(type.component);
    return types;
  }();
  static const std::vector<ComponentType> sinks = [] {
    std::vector<ComponentType> types;
    for (const SinkType& type : sink_types()) types.push_back(type.component);
    return types;
  }();
  static const Catalog all{samplers, sinks};
  return all;
}

}  // namespace collector
