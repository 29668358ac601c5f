#include "collector/samplers/pressure/pressure_file.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// The text behind "name=" in the next word; empty when something else stands there.
std::string_view value_of(std::string_view& line, std::string_view name) {
  const auto word = next_word(line).value_or("");
  return word.starts_with(name) && word.substr(name.size()).starts_with('=') ? word.substr(name.size() + 1)
                                                                             : "";
}

Result<PressureLine> parse_line(std::string_view kind, std::string_view line) {
  using Average = std::pair<std::string_view, double*>;
  PressureLine out;
  for (const auto& [name, average] :
       {Average{"avg10", &out.avg10}, Average{"avg60", &out.avg60}, Average{"avg300", &out.avg300}}) {
    const auto text = value_of(line, name);
    const auto number = parse_real(text);
    if (!number || !std::isfinite(*number))
      return fail(fmt::format("{}: {} is not a number: {}", kind, name, excerpt(text)));
    *average = *number;
  }
  const auto text = value_of(line, "total");
  const auto total = parse_unsigned(text);
  if (!total) return fail(fmt::format("{}: total is not a whole number: {}", kind, excerpt(text)));
  out.total = *total;
  return out;
}

}  // namespace

Result<PressureFile> parse_pressure(std::string_view text) {
  PressureFile out;
  text = whole_lines(text);
  while (auto line = next_line(text)) {
    const auto kind = next_word(*line);
    if (kind != "some" && kind != "full") continue;
    const auto parsed = parse_line(*kind, *line);
    if (!parsed) return std::unexpected(parsed.error());
    (kind == "some" ? out.some : out.full) = *parsed;
  }
  if (!out.some && !out.full) return fail("neither a line some nor a line full");
  return out;
}

}  // namespace collector
