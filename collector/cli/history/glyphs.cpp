#include "collector/cli/history/glyphs.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "collector/core/characters.h"

namespace collector {
namespace {

constexpr Glyphs blocks{
    .right = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"},
    .up = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
    .sent = "▒",
    .left_over = "░",
    .above = "▒",
    .limit = "│",
    .usual = "╌",
    .rule = "─",
    .dash = "–",
    .ellipsis = "…",
    .good = "●",
    .received_arrow = "↓ ",
    .sent_arrow = "↑ ",
};

constexpr Glyphs ascii{
    .right = {" ", "#", "#", "#", "#", "#", "#", "#", "#"},
    .up = {" ", "_", "_", "_", "o", "o", "o", "#", "#"},
    .sent = "=",
    .left_over = ".",
    .above = "+",
    .limit = "|",
    .usual = "-",
    .rule = "-",
    .dash = "-",
    .ellipsis = "~",
    .good = "*",
    .received_arrow = "",
    .sent_arrow = "",
};

// As much of a text as fits into `columns`.
std::string cut(std::string_view text, std::size_t columns, const Terminal& terminal) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  std::string out;
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = take_character(text);
    if (width + character.width > columns - 1) break;
    out += character.bytes;
    width += character.width;
  }
  return out + std::string(glyphs_of(terminal).ellipsis);
}

}  // namespace

const Glyphs& glyphs_of(const Terminal& terminal) {
  return terminal.utf8 ? blocks : ascii;
}

std::string in_locale(std::string_view text, const Terminal& terminal) {
  std::string out(text);
  if (terminal.utf8) return out;
  for (const auto& [sign, plain] : {std::pair<std::string_view, std::string_view>{"–", "-"},
                                    {"…", "~"},
                                    {"·", "-"},
                                    {"↓", "down "},
                                    {"↑", "up "}})
    for (auto at = out.find(sign); at != std::string::npos; at = out.find(sign, at))
      out.replace(at, sign.size(), plain);
  return out;
}

std::string name_text(std::string_view name, const Terminal& terminal) {
  std::string out = terminal.printable(in_locale(name, terminal));
  std::ranges::replace(out, '\n', ' ');
  return out;
}

std::string left_in(std::string_view text, std::size_t columns, const Terminal& terminal) {
  std::string out = cut(text, columns, terminal);
  return out.append(columns - display_width(out), ' ');
}

std::string right_in(std::string_view text, std::size_t columns, const Terminal& terminal) {
  const std::string shown = cut(text, columns, terminal);
  return std::string(columns - display_width(shown), ' ') + shown;
}

std::string without_spaces_behind(std::string line) {
  line.resize(line.find_last_not_of(' ') + 1);
  return line;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i)
    out += text;
  return out;
}

std::size_t screen_width(const Terminal& terminal) {
  constexpr std::size_t usual = 80;
  constexpr std::size_t widest = 120;
  return terminal.columns == 0 ? usual : std::min(terminal.columns, widest);
}

std::string notes_text(std::string_view text, Style style, const Terminal& terminal) {
  Terminal narrower = terminal;
  narrower.columns = screen_width(terminal) - 1;
  std::string out;
  std::string lines = narrower.fit(terminal.printable(in_locale(text, terminal)));
  for (std::size_t at = 0; at <= lines.size();) {
    const auto end = std::min(lines.find('\n', at), lines.size());
    out += " " + terminal.paint(lines.substr(at, end - at), style) + "\n";
    at = end + 1;
  }
  return out;
}

std::string traffic_bar(std::uint64_t received, std::uint64_t sent, std::uint64_t longest,
                        std::size_t columns, const Terminal& terminal) {
  const Glyphs& glyphs = glyphs_of(terminal);
  const auto eighths_of = [&](long double amount) {
    const long double eighths = amount * static_cast<long double>(columns * 8) /
                                static_cast<long double>(std::max<std::uint64_t>(longest, 1));
    return std::min(static_cast<std::size_t>(std::round(eighths)), columns * 8);
  };
  std::size_t filled = eighths_of(static_cast<long double>(received));
  if (received > 0) filled = std::max<std::size_t>(filled, 1);
  std::string of_received = repeated(glyphs.right[8], filled / 8);
  if (filled % 8 > 0) of_received += glyphs.right[filled % 8];
  const std::size_t cells = (filled + 7) / 8;
  const std::size_t whole =
      (eighths_of(static_cast<long double>(received) + static_cast<long double>(sent)) + 4) / 8;
  std::size_t of_sent = whole > cells ? whole - cells : 0;
  if (sent > 0 && cells == 0) of_sent = std::max<std::size_t>(of_sent, 1);
  of_sent = std::min(of_sent, columns - cells);
  return terminal.paint(of_received, Style::received) +
         terminal.paint(repeated(glyphs.sent, of_sent), of_sent > 0 ? Style::sent : Style::plain) +
         std::string(columns - cells - of_sent, ' ');
}

}  // namespace collector
