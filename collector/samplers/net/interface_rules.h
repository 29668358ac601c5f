// Which interfaces are reported, and what rate each may have: the sampler's settings, applied. Pure.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/samplers/selection.h"
#include "config/setting.h"
#include "config/settings.h"

namespace collector {

class InterfaceRules {
 public:
  explicit InterfaceRules(const Settings& settings);  // of interface_settings()

  bool reported(const std::string& name, std::string_view kind, bool loopback) const;
  // Bytes per second, where one is set for it: of several matching globs the longest counts.
  std::optional<double> max_rate(const std::string& name) const;

 private:
  Selection selection_;
  std::vector<std::string> short_lived_names_;
  std::vector<std::string> short_lived_kinds_;
  std::map<std::string, double> max_rates_;
  bool loopback_;
};

std::span<const Setting> interface_settings();

}  // namespace collector
