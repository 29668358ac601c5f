// Breaks a line that is longer than a screen is wide. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace collector {

// `line` as lines of at most `columns`, which is not 0, with '\n' between them. Broken between words; within
// a word only where that is longer than a line. What follows is indented to the text after the line's first
// gap of two spaces ("option   what it does"), else two columns more than a line that is indented itself;
// never by more than half a line.
std::string wrapped(std::string_view line, std::size_t columns);

}  // namespace collector
