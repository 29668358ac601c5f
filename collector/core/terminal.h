// What the output device can show: colour, which characters, how many columns; and whether anybody is
// looking. Pure but for of(); any thread.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace collector {

// What a text is, not how it looks. `received` and `sent`: the two directions of traffic.
enum class Style : unsigned char { plain, bold, dim, good, warning, bad, received, sent };

struct Terminal {
  bool interactive = false;  // a TTY
  bool colour = false;       // a TTY, and neither NO_COLOR nor TERM=dumb
  bool utf8 = true;          // the locale's character set
  std::size_t columns = 0;   // 0: lines may be as long as they are

  // Of a descriptor of this process, from the environment and the terminal's width at this moment: ask again
  // for each drawing, windows are resized.
  static Terminal of(int descriptor);

  std::string paint(std::string_view text, Style style) const;  // unchanged without colour

  // What somebody else has chosen (names from the kernel, errors, paths), fit to be shown: control
  // characters, what is no UTF-8, and what the locale does not have are '?'. Line ends stay.
  std::string printable(std::string_view text) const;

  // Lines that are longer than the terminal is wide go on in the next one, below the column of text that they
  // broke in. Takes painted text; no byte of a word is lost.
  std::string fit(std::string_view text) const;
};

// Columns that a text takes on a screen; painting takes none.
std::size_t display_width(std::string_view text);

// `text`, which is not painted, as that file can show it.
std::string shown_on(std::FILE* file, std::string_view text, Style style = Style::plain);

// Data for programs: unchanged, but on a terminal with nothing in it that the terminal would act on or could
// not show. Its lines are never broken.
std::string data_on(std::FILE* file, std::string_view text);

// Writes a text as it is: to stderr in its turn among what else is said there (core/output_queue.h), which
// never fails; elsewhere it throws what fmt::print throws.
void put(std::FILE* file, std::string_view text);

// Says something to people, on stdout or stderr.
template <typename... Args>
void say(std::FILE* file, fmt::format_string<Args...> format, Args&&... args) {
  put(file, shown_on(file, fmt::format(format, std::forward<Args>(args)...)));
}

}  // namespace collector
