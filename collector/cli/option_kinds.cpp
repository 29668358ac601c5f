#include "collector/cli/option_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "collector/core/units.h"
#include "config/suggest.h"

namespace collector {

// CLI11 shows the message of what is thrown.
CLI::Option* add_duration(CLI::App& app, const std::string& name, Duration& value, const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&value, name](const std::string& text) {
            const auto parsed = parse_duration(text);
            if (!parsed) throw CLI::ValidationError(name, parsed.error().text());
            value = *parsed;
          },
          help)
      ->type_name("DURATION");
}

CLI::Validator not_empty(std::string what) {
  return {[what = std::move(what)](std::string& given) {
            return given.empty() ? fmt::format("{} is empty", what) : std::string();
          },
          ""};
}

CLI::Validator no_workbook() {
  return {[](std::string& given) {
            const std::filesystem::path name(given);
            const std::string kind = name.extension();
            if (kind != ".xlsx" && kind != ".xls" && kind != ".ods") return std::string();
            return fmt::format("{} files are not written, but spreadsheets open csv; did you mean {}?", kind,
                               std::filesystem::path(name).replace_extension(".csv").native());
          },
          ""};
}

CLI::Option* add_size(CLI::App& app, const std::string& name, std::optional<std::uint64_t>& value,
                      const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&value, name](const std::string& text) {
            const auto parsed = parse_size(text);
            if (!parsed) throw CLI::ValidationError(name, parsed.error().text());
            value = *parsed;
          },
          help)
      ->type_name("AMOUNT");
}

CLI::Validator one_of(std::vector<std::string> words, bool (*or_else)(std::string_view)) {
  std::string choices = fmt::format("{{{}}}", fmt::join(words, ","));
  return {[words = std::move(words), or_else](std::string& given) {
            const std::vector<std::string_view> known(words.begin(), words.end());
            if (std::ranges::find(known, given) != known.end()) return std::string();
            if (or_else != nullptr && or_else(given)) return std::string();
            const std::string_view near = nearest(given, known);
            return fmt::format("'{}' is not one of {}{}", given, joined(known),
                               near.empty() ? "" : fmt::format("; did you mean {}?", near));
          },
          std::move(choices), "choice"};
}

void hide_range(CLI::App& app) {
  for (const char* name : {"--from", "--to"})
    app.get_option(name)->group("");
}

}  // namespace collector
