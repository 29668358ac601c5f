// Prometheus text, format 0.0.4, read strictly: what Prometheus would only tolerate is an error here too.
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"

namespace collector::test {

struct PrometheusSample {
  std::map<std::string, std::string> labels;  // without the format's escapes
  double value = 0;
};

struct PrometheusFamily {
  std::string type;
  std::string help;
  std::vector<PrometheusSample> samples;
};

// By name. Errors begin with "line N: ".
Result<std::map<std::string, PrometheusFamily>> read_prometheus(std::string_view text);

}  // namespace collector::test
