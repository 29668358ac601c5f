#include "collector/core/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "collector/core/characters.h"
#include "collector/core/output_queue.h"
#include "collector/core/wrapping.h"

namespace collector {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

std::string_view sequence(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\033[1m";
    case Style::dim:
      return "\033[2m";
    case Style::good:
      return "\033[32m";
    case Style::warning:
      return "\033[33m";
    case Style::bad:
      return "\033[31m";
    case Style::received:
      return "\033[36m";
    case Style::sent:
      return "\033[33m";
  }
  return "";
}

// By the locale's name, "de_DE.UTF-8@euro": also where that locale is not installed, as often over ssh.
bool locale_is_utf8() {
  std::string_view name = variable("LC_ALL");
  if (name.empty()) name = variable("LC_CTYPE");
  if (name.empty()) name = variable("LANG");
  std::string set;
  for (const char c : name.substr(std::min(name.find('.'), name.size())))
    if (c == '@')
      break;
    else if (c != '.' && c != '-')
      set += static_cast<char>(c | 0x20);
  return set == "utf8";
}

std::size_t width_of(int descriptor) {
  constexpr std::size_t usual = 80;  // where a terminal does not know, as serial lines
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const std::string_view given = variable("COLUMNS");
  std::size_t columns = 0;
  for (const char c : given)
    columns = c >= '0' && c <= '9' && columns < 10'000 ? columns * 10 + static_cast<std::size_t>(c - '0') : 0;
  return columns > 0 ? columns : usual;
}

}  // namespace

Terminal Terminal::of(int descriptor) {
  Terminal terminal;
  terminal.interactive = isatty(descriptor) != 0;
  terminal.colour = terminal.interactive && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  terminal.utf8 = locale_is_utf8();
  if (terminal.interactive) terminal.columns = width_of(descriptor);
  return terminal;
}

std::string Terminal::paint(std::string_view text, Style style) const {
  if (!colour || style == Style::plain) return std::string(text);
  return std::string(sequence(style)) + std::string(text) + "\033[0m";
}

std::string Terminal::printable(std::string_view text) const {
  std::string out;
  while (!text.empty()) {
    Character character = take_character(text);
    if (character.bytes.size() > 1 && character.bytes.front() == '\033') {
      out += '?';
      out += character.bytes.substr(1);
    } else if (character.bytes == "\n") {
      out += '\n';
    } else if (controls_terminal(character.code) || character.code == unknown_character ||
               (!utf8 && character.code >= 0x80)) {
      out += character.bytes == "\t" ? ' ' : '?';
    } else {
      out += character.bytes;
    }
  }
  return out;
}

std::string Terminal::fit(std::string_view text) const {
  if (columns == 0) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    out += display_width(line) <= columns ? std::string(line) : wrapped(line, columns);
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty())
    width += take_character(text).width;
  return width;
}

std::string shown_on(std::FILE* file, std::string_view text, Style style) {
  const Terminal terminal = Terminal::of(fileno(file));
  return terminal.paint(terminal.fit(terminal.printable(text)), style);
}

std::string data_on(std::FILE* file, std::string_view text) {
  const Terminal terminal = Terminal::of(fileno(file));
  return terminal.interactive ? terminal.printable(text) : std::string(text);
}

void put(std::FILE* file, std::string_view text) {
  if (file == stderr)
    standard_error().write(text);
  else
    fmt::print(file, "{}", text);
}

}  // namespace collector
