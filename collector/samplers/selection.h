// Which of several things (interfaces, disks, mounts) are wanted, by the globs of two lists of the
// configuration.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
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
  const std::vector<std::string>& include() const { return include_; }

 private:
  std::vector<std::string> include_;
  std::vector<std::string> exclude_;
};

// What is chosen from, in words.
struct Choice {
  std::string_view thing;    // "interface"
  std::string_view things;   // "interfaces"
  std::string_view setting;  // "interfaces.include"
};

// What is wrong when `names` are there and none of them is reported: empty when something is, or nothing is
// there.
std::string none_reported(const Selection& selection, const Choice& choice,
                          std::span<const std::string> names, bool any_reported);
// Globs of `include` that meet none of `names`, in words; empty when there are none. Only of interest while
// something is reported.
std::string unmet_globs(const Selection& selection, const Choice& choice, std::span<const std::string> names);
// "eth0, wlan0 and 3 more".
std::string listed(std::span<const std::string> names);

}  // namespace collector
