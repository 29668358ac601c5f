// Plan: what has to change to get from the configuration in force to another. Pure: compares, does nothing.
// Components are keyed by kind and name; what is not named in a plan keeps running with its state.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "config/configuration.h"

namespace collector {

enum class Change : std::uint8_t {
  keep,
  adjust,   // goes on as it is, with another interval (sampler) or backlog limit (sink)
  replace,  // the new one begins when the old one has ended
  add,
  remove,
};

struct PlannedChange {
  std::string name;
  Change change = Change::keep;
  std::string
      what;  // the settings that differ: "interval", "type", "path, every"; empty unless adjust or replace

  friend bool operator==(const PlannedChange&, const PlannedChange&) = default;
};

struct Plan {
  std::vector<PlannedChange> samplers;  // those of the wanted configuration in its order, then those that go
  std::vector<PlannedChange> sinks;     // likewise
  std::vector<std::string> settings;    // of the top level that differ: "window", "tags"

  bool nothing() const;  // nothing would change
  // "window; sampler net: replace (interfaces); sink cloud: add", for the log; "nothing has changed" when so.
  std::string text() const;
};

// `running` null: from nothing, everything is added. Settings that only a restart can change are refused, all
// at once.
Checked<Plan> make_plan(const Configuration* running, const Configuration& wanted);

}  // namespace collector
