// What the output device can show: colour, width, and whether anybody is looking.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace collector {

enum class Style : unsigned char { plain, bold, dim, good, warning, bad };

struct Terminal {
  bool interactive = false;  // a TTY
  bool colour = false;       // a TTY, and neither NO_COLOR nor TERM=dumb
  bool unicode = false;      // the locale's character set is UTF-8
  std::size_t width = 80;    // columns; 0 for a pipe: no limit

  // Of a descriptor of this process, from the environment.
  static Terminal of(int descriptor);

  std::string paint(std::string_view text, Style style) const;  // unchanged without colour
};

}  // namespace collector
