// Which of several things (interfaces, disks, mounts) are wanted, by the globs of two lists of the
// configuration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.h"

namespace collector {

// True when `name` matches one of `globs` (fnmatch: * ? [a-z]).
bool matches_any(const std::vector<std::string>& globs, const std::string& name);

class Selection {
 public:
  // Of a table with the lists `include` and `exclude`.
  explicit Selection(const Settings& table)
      : include_(table.list("include")), exclude_(table.list("exclude")) {}

  // `excluded`: matches `exclude`, or there is an `include` that it does not match. `included`: matches
  // `include`. `unnamed`: neither list says anything about it, so the sampler's own defaults decide.
  enum class Verdict : std::uint8_t { excluded, included, unnamed };
  Verdict of(const std::string& name) const;

 private:
  std::vector<std::string> include_;
  std::vector<std::string> exclude_;
};

}  // namespace collector
