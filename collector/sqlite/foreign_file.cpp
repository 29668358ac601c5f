#include "collector/sqlite/foreign_file.h"

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

namespace collector::sqlite {
namespace {

// https://sqlite.org/fileformat.html#magic_header_string
constexpr std::string_view magic("SQLite format 3\0", 16);

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};

}  // namespace

bool is_foreign(const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, Close> handle(opened);
  if (code != SQLITE_OK) return false;
  sqlite3_file* raw = nullptr;
  if (sqlite3_file_control(opened, "main", SQLITE_FCNTL_FILE_POINTER, &raw) != SQLITE_OK) return false;
  if (raw == nullptr || raw->pMethods == nullptr) return false;
  sqlite3_int64 size = 0;
  if (raw->pMethods->xFileSize(raw, &size) != SQLITE_OK || size == 0) return false;
  if (size < static_cast<sqlite3_int64>(magic.size())) return true;
  std::string begin(magic.size(), '\0');
  if (raw->pMethods->xRead(raw, begin.data(), static_cast<int>(begin.size()), 0) != SQLITE_OK) return false;
  return begin != magic;
}

}  // namespace collector::sqlite
