// Sentences as comment lines of YAML, for the printed documents.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "config/setting.h"

namespace collector {

// `text` as comment lines at this indentation, broken between words so that a screen of 80 columns shows
// them.
void write_comment(std::string_view text, std::size_t indent, std::string& out);

inline bool has_required(std::span<const Setting> table) {
  return std::ranges::any_of(table, [](const Setting& row) { return row.required; });
}

}  // namespace collector
