#include "collector/samplers/pressure/pressure_file.h"

#include <cmath>
#include <string>
#include <utility>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// Takes "name=value" off the line; the value, or nothing when something else stands there.
std::optional<std::string_view> take(std::string_view& line, std::string_view name) {
  auto word = next_word(line);
  if (!word || !word->starts_with(name)) return std::nullopt;
  return word->substr(name.size());
}

Result<PressureLine> parse_line(std::string_view kind, std::string_view line) {
  PressureLine out;
  for (const auto& [name, value] : {std::pair<std::string_view, double*>{"avg10=", &out.avg10},
                                    {"avg60=", &out.avg60},
                                    {"avg300=", &out.avg300}}) {
    const auto word = take(line, name);
    const auto number = parse_real(word.value_or(""));
    if (!number || !std::isfinite(*number))
      return fail(std::string(kind) + ": no number " + std::string(name) + ", but " +
                  excerpt(word.value_or("")));
    *value = *number;
  }
  const auto word = take(line, "total=");
  const auto total = parse_unsigned(word.value_or(""));
  if (!total) return fail(std::string(kind) + ": no whole number total=, but " + excerpt(word.value_or("")));
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
