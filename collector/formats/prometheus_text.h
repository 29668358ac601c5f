// Metrics as Prometheus text, format 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "collector/core/series.h"

namespace collector {

enum class MetricType : std::uint8_t { counter, gauge };

// A name that metrics (not labels) may have: as it is where it fits; else as Prometheus 3 itself writes what
// is none ("U__" in front, other characters as "_2e_", '_' as "__"), so that two names never become one.
std::string prometheus_name(std::string_view name);

// One metric: its lines of explanation and its samples, which have to stand together.
class PrometheusMetric {
 public:
  // `name` fits; `help` is a sentence without its full stop.
  PrometheusMetric(std::string name, MetricType type, std::string_view help);

  void add(std::span<const Tag> labels, double value);
  void add(std::span<const Tag> labels, std::integral auto value) { add(labels, std::to_string(value)); }

  bool empty() const { return samples_.empty(); }
  // The metric's part of the text; empty without samples.
  std::string text() const { return empty() ? std::string() : explanation_ + samples_; }

 private:
  void add(std::span<const Tag> labels, const std::string& value);

  std::string name_;
  std::string explanation_;
  std::string samples_;
};

}  // namespace collector
