// What one picture may have: so much as can be seen.
#pragma once

#include <cstddef>

#include "collector/history/usage.h"

namespace collector::web {

inline constexpr std::size_t most_columns = history::AnswerLimits{}.columns;
inline constexpr std::size_t most_series = history::AnswerLimits{}.groups;

}  // namespace collector::web
