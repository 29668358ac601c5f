#include "collector/sqlite/foreign_file.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace collector::sqlite {
namespace {

// https://sqlite.org/fileformat.html#magic_header_string
constexpr std::string_view magic("SQLite format 3\0", 16);

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};

// Reads a file through SQLite, without its locks.
class RawFile {
 public:
  explicit RawFile(const std::filesystem::path& file) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
    handle_.reset(opened);
    sqlite3_file* raw = nullptr;
    if (code != SQLITE_OK ||
        sqlite3_file_control(opened, "main", SQLITE_FCNTL_FILE_POINTER, &raw) != SQLITE_OK ||
        raw == nullptr || raw->pMethods == nullptr || raw->pMethods->xFileSize(raw, &size_) != SQLITE_OK)
      return;
    raw_ = raw;
  }

  sqlite3_int64 size() const { return raw_ == nullptr ? 0 : size_; }
  // All of `into`; the file must reach that far.
  bool read(std::span<char> into, sqlite3_int64 offset) const {
    return raw_->pMethods->xRead(raw_, into.data(), static_cast<int>(into.size()), offset) == SQLITE_OK;
  }

 private:
  std::unique_ptr<sqlite3, Close> handle_;
  sqlite3_file* raw_ = nullptr;  // null: it can't be read
  sqlite3_int64 size_ = 0;
};

bool is_nul(const RawFile& file) {
  std::vector<char> buffer(64 * 1024);
  for (sqlite3_int64 offset = 0; offset < file.size();) {
    const auto part = std::span(buffer).first(
        static_cast<std::size_t>(std::min<sqlite3_int64>(file.size() - offset, std::ssize(buffer))));
    if (!file.read(part, offset) || std::ranges::any_of(part, [](char byte) { return byte != 0; }))
      return false;
    offset += std::ssize(part);
  }
  return file.size() > 0;
}

}  // namespace

bool is_foreign(const std::filesystem::path& file) {
  const RawFile raw(file);
  std::array<char, magic.size()> begin{};
  const auto size = static_cast<std::size_t>(std::min<sqlite3_int64>(raw.size(), begin.size()));
  if (size == 0 || !raw.read(std::span(begin).first(size), 0)) return false;
  return std::string_view(begin.data(), size) != magic && !is_nul(raw);
}

bool holds_only_nul(const std::filesystem::path& file) {
  return is_nul(RawFile(file));
}

}  // namespace collector::sqlite
