#include "collector/samplers/pressure/pressure_file.h"

#include <fmt/format.h>

#include <optional>
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

PressureLine parse_line(std::string_view kind, std::string_view line, Remarks& remarks) {
  using Average = std::pair<std::string_view, std::optional<double>*>;
  PressureLine out;
  const auto reject = [&](std::string_view name, std::string_view text) {
    remarks.reject(fmt::format("{} {} can't be true", kind, name), excerpt(text));
  };
  for (const auto& [name, average] :
       {Average{"avg10", &out.avg10}, Average{"avg60", &out.avg60}, Average{"avg300", &out.avg300}}) {
    const auto text = value_of(line, name);
    const auto number = parse_real(text);
    if (number && *number >= 0 && *number <= 100)
      *average = *number;
    else
      reject(name, text);
  }
  const auto text = value_of(line, "total");
  out.total = parse_unsigned(text);
  if (!out.total) reject("total", text);
  return out;
}

}  // namespace

Result<PressureFile> parse_pressure(std::string_view text, Remarks& remarks) {
  PressureFile out;
  text = whole_lines(text);
  while (auto line = next_line(text)) {
    const auto kind = next_word(*line);
    if (kind != "some" && kind != "full") continue;
    (kind == "some" ? out.some : out.full) = parse_line(*kind, *line, remarks);
  }
  if (!out.some && !out.full) return fail("neither a line some nor a line full");
  return out;
}

}  // namespace collector
