// Names and tags as SQL text.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "collector/core/series.h"

namespace collector::history {

// As SQLite compares identifiers: ASCII letters without case.
std::string folded(std::string_view identifier);

// Control characters, which no SQL shell could type, become underscores.
std::string printable(std::string_view name);

// {"interface":"eth0","kind":"physical"}: tags in their order, the same text for the same tags.
std::string json_object(std::span<const Tag> tags);

}  // namespace collector::history
