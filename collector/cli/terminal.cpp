#include "collector/cli/terminal.h"

#include <unistd.h>

#include <cstdlib>

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
  }
  return "";
}

}  // namespace

Terminal Terminal::of(int descriptor) {
  Terminal terminal;
  terminal.interactive = isatty(descriptor) != 0;
  terminal.colour = terminal.interactive && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  return terminal;
}

std::string Terminal::paint(std::string_view text, Style style) const {
  if (!colour || style == Style::plain) return std::string(text);
  return std::string(sequence(style)) + std::string(text) + "\033[0m";
}

}  // namespace collector
