#include <sqlite3.h>

#include "collector/sqlite/database.h"
#include "collector/sqlite/error_text.h"
#include "collector/sqlite/statement_shelf.h"

namespace collector::sqlite {
namespace {

SqliteError statement_error(sqlite3_stmt* statement, int code) {
  sqlite3* database = sqlite3_db_handle(statement);
  const char* file = sqlite3_db_filename(database, "main");
  return make_error(database, file != nullptr ? file : "", code);
}

}  // namespace

void Statement::Finalise::operator()(sqlite3_stmt* statement) const {
  if (shelf)
    shelf->put(statement);
  else
    sqlite3_finalize(statement);
}

void Statement::note(int code) {
  if (code != SQLITE_OK && bind_code_ == SQLITE_OK) bind_code_ = code;
}

void Statement::bind(int parameter, std::int64_t value) {
  note(sqlite3_bind_int64(handle_.get(), parameter, value));
}

void Statement::bind(int parameter, double value) {
  note(sqlite3_bind_double(handle_.get(), parameter, value));
}

void Statement::bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL: an empty text is a text.
  const char* data = text.data() != nullptr ? text.data() : "";
  note(sqlite3_bind_text64(handle_.get(), parameter, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_blob(int parameter, std::span<const std::byte> blob) {
  if (blob.empty())
    note(sqlite3_bind_zeroblob(handle_.get(), parameter, 0));
  else
    note(sqlite3_bind_blob64(handle_.get(), parameter, blob.data(), blob.size(), SQLITE_STATIC));
}

void Statement::bind_null(int parameter) {
  note(sqlite3_bind_null(handle_.get(), parameter));
}

SqliteResult<bool> Statement::step() {
  if (bind_code_ != SQLITE_OK) {
    // Running with a value missing would store something else than what was asked for.
    auto error = statement_error(handle_.get(), bind_code_);
    reset();
    return std::unexpected(std::move(error));
  }
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  auto error = statement_error(handle_.get(), code);
  reset();
  return std::unexpected(std::move(error));
}

SqliteResult<> Statement::run() {
  while (true) {
    const auto row = step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
  }
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
  bind_code_ = SQLITE_OK;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(handle_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::span<const std::byte> Statement::blob(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

int Statement::columns() const {
  return sqlite3_column_count(handle_.get());
}

}  // namespace collector::sqlite
