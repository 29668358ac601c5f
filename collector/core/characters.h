// Text as a screen sees it: one character after the other, each with the columns it takes. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace collector {

struct Character {
  std::string_view bytes;
  char32_t code = 0;      // of a byte that is no UTF-8: unknown_character
  std::size_t width = 0;  // columns: 0 for combining marks and painting, 2 for East Asian wide ones
};

constexpr char32_t unknown_character = 0xFFFFFFFF;

// Takes the first one off. An escape sequence of painting ("\033[1m") is one of no width. `text` is not
// empty.
Character take_character(std::string_view& text);

// Moves the cursor, rings, reverses the direction of writing, or is not seen at all.
bool controls_terminal(char32_t code);

}  // namespace collector
