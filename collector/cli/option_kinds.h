// Options that take a length of time, an amount, or one of a few words; what is wrong with a value is said in
// our words.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/time.h"

namespace collector {

// `value` outlives the parser.
CLI::Option* add_duration(CLI::App& app, const std::string& name, Duration& value, const std::string& help);

// Refuses an empty text; `what` names it: "the file name".
CLI::Validator not_empty(std::string what);

// Refuses days.xlsx and its like: spreadsheets open csv, but not under that name.
CLI::Validator no_workbook();

CLI::Option* add_size(CLI::App& app, const std::string& name, std::optional<std::uint64_t>& value,
                      const std::string& help);

// A wrong word is told which is near. What `or_else` takes is right too.
CLI::Validator one_of(std::vector<std::string> words, bool (*or_else)(std::string_view) = nullptr);

// Of commands that have a time of their own: --from and --to are in no help, and typed all the same they are
// answered with what to ask instead.
void hide_range(CLI::App& app);

}  // namespace collector
