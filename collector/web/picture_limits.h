// What one picture may have: so much as can be seen.
#pragma once

#include <cstddef>

namespace collector::web {

inline constexpr std::size_t most_columns = 4'000;
inline constexpr std::size_t most_series = 64;

}  // namespace collector::web
