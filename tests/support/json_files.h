// What a JSON sink has written, read back: plain and compressed files alike.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "collector/formats/row_json.h"

namespace collector::test {

// The text of a zstd file; throws when it is cut off or damaged.
std::string read_zstd_file(const std::filesystem::path& file);

// One row per line; throws, naming line and column, when a line is none or the last one has no end.
std::vector<JsonRow> parse_json_lines(std::string_view text);

// All rows of all *.ndjson and *.ndjson.zst files of a directory, ordered by file name. Of all sinks, or of
// the one whose files begin with `prefix`.
std::vector<JsonRow> read_json_rows(const std::filesystem::path& directory, std::string_view prefix = {});

}  // namespace collector::test
