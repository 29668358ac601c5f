// What the output device can show: colour, and whether anybody is looking.
#pragma once

#include <string>
#include <string_view>

namespace collector {

enum class Style : unsigned char { plain, bold, dim, good, warning, bad };

struct Terminal {
  bool interactive = false;  // a TTY
  bool colour = false;       // a TTY, and neither NO_COLOR nor TERM=dumb

  // Of a descriptor of this process, from the environment.
  static Terminal of(int descriptor);

  std::string paint(std::string_view text, Style style) const;  // unchanged without colour
};

}  // namespace collector
