// Which interfaces are reported, and what rate each may have: the sampler's settings, applied. Pure.
#pragma once

#include <cstdint>
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

  // `leads_out`: it is what a container has for a network card, so that its kind does not make it
  // short-lived.
  bool reported(const std::string& name, std::string_view kind, bool loopback, bool leads_out = false) const;
  const Selection& selection() const { return selection_; }
  // Highest believable bytes per second and direction: what is set for its name, else its link's speed in
  // Mbit/s with 5 % tolerance; 0 where neither is known.
  double byte_limit(const std::string& name, std::int64_t speed) const;

 private:
  // Its own name goes before globs; of several matching ones the longest counts.
  std::optional<double> max_rate(const std::string& name) const;

  Selection selection_;
  std::vector<std::string> short_lived_names_;
  std::vector<std::string> short_lived_kinds_;
  std::map<std::string, double> max_rates_;
  bool loopback_;
};

std::span<const Setting> interface_settings();

}  // namespace collector
