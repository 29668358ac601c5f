// The names that node_exporter (https://github.com/prometheus/node_exporter) gives to what a field means too,
// so that dashboards and alerts made for it work. Only where meaning and unit, after a factor, are the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collector/core/measurement.h"
#include "collector/core/series.h"

namespace collector {

struct NodeMetric {
  std::string name;
  double factor = 1;        // of our number, in node_exporter's unit: seconds and bytes
  std::vector<Tag> labels;  // node_exporter's for this series, by its names
};

// Nothing: it has no such metric.
std::optional<NodeMetric> node_metric(const Series& series, const Field& field);

}  // namespace collector
