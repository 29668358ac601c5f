#include "collector/imports/past_reader.h"

#include <fmt/format.h>

#include <fstream>

#include "collector/imports/readers.h"
#include "config/text_file.h"

namespace collector::imports {
namespace {

constexpr std::size_t largest_text = std::size_t{256} << 20;

bool is_database(const std::filesystem::path& file) {
  constexpr std::string_view magic = "SQLite format 3";
  std::string begin(magic.size(), '\0');
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return false;
  std::ifstream stream(file, std::ios::binary);
  return stream.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == magic;
}

Result<std::string> text_of(const std::filesystem::path& file) {
  auto text = read_text_file(file, largest_text);
  if (!text) return fail(fmt::format("{}: {}", file.native(), text.error().what), text.error().remedy);
  return text;
}

Result<> read_vnstat(PastBuilder& builder) {
  const auto& file = builder.asked().file;
  if (is_database(file)) return read_vnstat_database(builder);
  const auto text = text_of(file);
  if (!text) return std::unexpected(text.error());
  const auto first = text->find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (*text)[first] == '{') return read_vnstat_json(*text, builder);
  // vnStat 1 kept a file of its own for each interface, in the layout of the machine that it was built for.
  return fail(fmt::format("{}: neither a database of vnStat 2 nor what vnstat --json prints", file.native()),
              "of vnStat 1 import what its `vnstat --json` prints: its own files are read by vnStat alone");
}

}  // namespace

Result<ReadPast> read_past(history::PastProgram program, const Asked& asked) {
  PastBuilder builder(asked);
  Result<> done;
  switch (program) {
    case history::PastProgram::vnstat:
      done = read_vnstat(builder);
      break;
    case history::PastProgram::packetbuddy:
      done = read_packetbuddy(builder);
      break;
    case history::PastProgram::netmon:
      done = read_netmon(builder);
      break;
    case history::PastProgram::csv: {
      const auto text = text_of(asked.file);
      done = text ? read_csv(*text, builder) : Result<>(std::unexpected(text.error()));
      break;
    }
  }
  if (!done) return std::unexpected(done.error());
  return builder.take();
}

}  // namespace collector::imports
