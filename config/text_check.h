// What can be said about a configuration's bytes before YAML is asked.
#pragma once

#include <cstddef>
#include <string_view>

#include "config/problems.h"

namespace collector {

inline constexpr std::size_t largest_file =
    256 * 1024;  // bytes: a hundred times what a large configuration needs

// Bytes of the character that `text` begins with; 0 when it is not UTF-8 (overlong forms and surrogates are
// not).
std::size_t utf8_length(std::string_view text);

// Reports a file that is too large, is not UTF-8, holds control characters or is indented with tabs. True: go
// on.
bool check_text(std::string_view text, Problems& problems);

}  // namespace collector
