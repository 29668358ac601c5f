// What the screens of the history are drawn with: block characters, or ASCII where the locale has no others;
// and texts cut and padded by the columns that they take. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "collector/core/terminal.h"

namespace collector {

struct Glyphs {
  std::array<std::string_view, 9> right;  // a cell filled from the left: nothing, one eighth … all of it
  std::array<std::string_view, 9> up;     // from below
  std::string_view sent;                  // a cell of what was sent
  std::string_view left_over;             // of a plan: not used
  std::string_view above;                 // of a plan: more than there is
  std::string_view limit;                 // where it ends
  std::string_view usual;                 // what is usual at this hour
  std::string_view rule;                  // a line across
  std::string_view dash;                  // from – to
  std::string_view ellipsis;              // one column wide
  std::string_view good;                  // before what is as it should be
  std::string_view received_arrow, sent_arrow;
};

const Glyphs& glyphs_of(const Terminal& terminal);

// `text` with the signs of these screens ("–", "…", "·", "↓", "↑") in ASCII where the locale has no others.
std::string in_locale(std::string_view text, const Terminal& terminal);

// A name, as it can be shown within a line.
std::string name_text(std::string_view name, const Terminal& terminal);

// Exactly `columns` wide; what is longer ends with an ellipsis. Not painted.
std::string left_in(std::string_view text, std::size_t columns, const Terminal& terminal);
std::string right_in(std::string_view text, std::size_t columns, const Terminal& terminal);

std::string without_spaces_behind(std::string line);

std::string repeated(std::string_view text, std::size_t times);

// How wide these screens are: as the terminal, at most 120; 80 where lines may have any length.
std::size_t screen_width(const Terminal& terminal);

// A sentence with its line end, a column from the edge, broken where the screen is too narrow.
std::string notes_text(std::string_view text, Style style, const Terminal& terminal);

// A bar of at most `columns`: received up to an eighth of a column, then sent in whole ones; together as long
// as `received` + `sent` of `longest`. Anything that moved is seen. Painted, padded with spaces.
std::string traffic_bar(std::uint64_t received, std::uint64_t sent, std::uint64_t longest,
                        std::size_t columns, const Terminal& terminal);

}  // namespace collector
