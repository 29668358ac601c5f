#include "tests/support/json_files.h"

#include <zstd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "tests/support/files.h"

namespace collector::test {

std::string read_zstd_file(const std::filesystem::path& file) {
  const std::string packed = read_file(file);
  const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::string text;
  std::string piece(64UL * 1024, '\0');
  std::size_t hint = 1;
  while (hint != 0 || in.pos < in.size) {
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    const std::size_t before = in.pos;
    hint = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(hint) != 0) throw std::runtime_error(file.string() + ": " + ZSTD_getErrorName(hint));
    if (hint != 0 && in.pos == before && out.pos == 0)
      throw std::runtime_error(file.string() + " is cut off");
    text.append(piece, 0, out.pos);
  }
  return text;
}

std::vector<JsonRow> parse_json_lines(std::string_view text) {
  std::vector<JsonRow> rows;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t newline = text.find('\n');
    const std::string where = "line " + std::to_string(number);
    if (newline == std::string_view::npos) throw std::runtime_error(where + " is torn");
    auto row = parse_row_json(text.substr(0, newline));
    if (!row) throw std::runtime_error(where + ", " + row.error().what);
    rows.push_back(std::move(*row));
    text.remove_prefix(newline + 1);
  }
  return rows;
}

std::vector<JsonRow> read_json_rows(const std::filesystem::path& directory, std::string_view prefix) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && (name.ends_with(".ndjson") || name.ends_with(".ndjson.zst")))
      files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<JsonRow> all;
  for (const auto& file : files) {
    try {
      for (JsonRow& row :
           parse_json_lines(file.extension() == ".zst" ? read_zstd_file(file) : read_file(file)))
        all.push_back(std::move(row));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(file.string() + ": " + error.what());
    }
  }
  return all;
}

}  // namespace collector::test
