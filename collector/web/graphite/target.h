// Target: what one `target` of Graphite asks for, read: a path of series, or a function of other targets and
// of numbers and texts. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"

namespace collector::web::graphite {

struct Target {
  enum class Kind : std::uint8_t { path, call, number, text, boolean };
  Kind kind = Kind::path;
  std::string text = {};     // the path, the function's name, the text without its quotes, or "true"
  double number = 0;         // of a number; of a boolean 1 or 0
  std::string written = {};  // as it came, without blanks around it: results are called so
  std::string keyword = {};  // of an argument that is given by its name: func of func='sum'
  std::vector<Target> arguments = {};
};

inline constexpr std::size_t longest_target = 16 * 1024;  // bytes
inline constexpr int deepest_target = 32;                 // calls within each other

// `sumSeries(a.*.b, scale(c, 8))`. Texts are in ' or ", and have no escapes: a backslash is one. Fails with
// what was expected where: "at 12, ')' is missing".
Result<Target> parse_target(std::string_view text);

}  // namespace collector::web::graphite
