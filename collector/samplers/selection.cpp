#include "collector/samplers/selection.h"

#include <fnmatch.h>

#include <algorithm>

namespace collector {

bool matches_any(const std::vector<std::string>& globs, const std::string& name) {
  return std::ranges::any_of(
      globs, [&](const std::string& glob) { return fnmatch(glob.c_str(), name.c_str(), 0) == 0; });
}

Selection::Verdict Selection::of(const std::string& name) const {
  if (matches_any(exclude_, name)) return Verdict::excluded;
  if (include_.empty()) return Verdict::unnamed;
  return matches_any(include_, name) ? Verdict::included : Verdict::excluded;
}

}  // namespace collector
