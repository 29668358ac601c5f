#include "collector/history/import_source.h"

#include <fmt/format.h>

namespace collector::history {

Uuid import_source(PastProgram program) {
  Uuid uuid = *Uuid::parse("696d706f-7274-8000-8000-000000000000");
  uuid.bytes.back() = static_cast<std::uint8_t>(static_cast<int>(program) + 1);
  return uuid;
}

sqlite::SqliteResult<std::set<std::int64_t>> imported_series(const sqlite::Database& database) {
  auto find = database.prepare(fmt::format(
      "SELECT id FROM series WHERE source IN (SELECT id FROM source WHERE {})", is_import_source));
  if (!find) return std::unexpected(find.error());
  std::set<std::int64_t> numbers;
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return numbers;
    numbers.insert(find->integer(0));
  }
}

}  // namespace collector::history
