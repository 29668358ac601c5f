#include "collector/sqlite/database.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <utility>

#include "collector/core/file_system.h"
#include "collector/sqlite/error_text.h"
#include "collector/sqlite/row_visitor.h"
#include "collector/sqlite/statement_shelf.h"

namespace collector::sqlite {
namespace {

int open_flags(Database::Mode mode) {
  switch (mode) {
    case Database::Mode::read_only:
      return SQLITE_OPEN_READONLY;
    case Database::Mode::read_write:
      return SQLITE_OPEN_READWRITE;
    case Database::Mode::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  std::unreachable();
}

// SQLite opens these as if they were files, and then fails at whatever they can't do.
SqliteResult<> check_kind(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return {};
  const std::string_view kind = kind_of_special_file(status.st_mode);
  if (kind.empty()) return {};
  return std::unexpected(SqliteError{Kind::no_file, SQLITE_CANTOPEN,
                                     fmt::format("{}: is a {}, not an ordinary file", file.native(), kind)});
}

// For the file that nobody writes to, as SQLite wants to be told: a name as a URI.
std::string immutable_uri(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : file.native()) {
    if (c == '%' || c == '?' || c == '#')
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    else
      uri += c;
  }
  return uri + "?immutable=1";
}

}  // namespace

void Database::Close::operator()(sqlite3* database) const {
  // The v2 form waits for statements that are still alive, in whatever order their owners die.
  sqlite3_close_v2(database);
}

SqliteResult<Database> Database::open(const std::filesystem::path& file, const Options& options) {
  // SQLite gives a meaning of its own to "", ":memory:" and "file:…"; an absolute path has none of them.
  if (file.empty())
    return std::unexpected(SqliteError{Kind::cannot_open, SQLITE_CANTOPEN, "empty file name"});
  std::error_code ignored;
  Database database;
  database.file_ = file.is_absolute() ? file : std::filesystem::absolute(file, ignored);
  if (options.vfs.empty())
    if (auto kind = check_kind(database.file_); !kind) return std::unexpected(std::move(kind.error()));
  sqlite3* handle = nullptr;
  const std::string name = options.immutable ? immutable_uri(database.file_) : database.file_.native();
  const int code = sqlite3_open_v2(name.c_str(), &handle,
                                   open_flags(options.mode) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                                       (options.immutable ? SQLITE_OPEN_URI : 0),
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
  database.handle_.reset(handle);
  if (code != SQLITE_OK) return std::unexpected(make_error(handle, database.file_.native(), code));
  // Where it may not write, SQLite opens the file for reading without a word, and reading it stays.
  if (options.mode != Mode::read_only && sqlite3_db_readonly(handle, "main") == 1)
    return std::unexpected(SqliteError{
        Kind::readonly, SQLITE_READONLY,
        fmt::format("{}: can be opened for reading only (SQLITE_READONLY)", database.file_.native())});
  sqlite3_busy_timeout(handle, static_cast<int>(options.busy_timeout.count()));
  database.visitor_ = std::make_shared<RowVisitor>();
  if (const int added = add_scan_function(handle, database.visitor_.get()); added != SQLITE_OK)
    return std::unexpected(database.error(added));
  return database;
}

SqliteResult<> Database::use_durable_settings() {
  return execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF;"
      "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=OFF; PRAGMA cache_size=-512;");
}

void Database::keep_log_on_close(bool keep) {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
}

void Database::limit_time(std::chrono::milliseconds at_most, const std::atomic<bool>* cancelled) const {
  constexpr int instructions = 1000;  // of SQLite's machine: some microseconds
  *deadline_ = {std::chrono::steady_clock::now() + at_most, cancelled};
  if (at_most <= std::chrono::milliseconds(0)) {
    sqlite3_progress_handler(handle_.get(), 0, nullptr, nullptr);
    return;
  }
  const auto is_over = [](void* of) {
    const auto* deadline = static_cast<const Deadline*>(of);
    const bool is_cancelled = deadline->cancelled != nullptr && *deadline->cancelled;
    return is_cancelled || std::chrono::steady_clock::now() > deadline->at ? 1 : 0;
  };
  sqlite3_progress_handler(handle_.get(), instructions, is_over, deadline_.get());
}

void Database::keep_statements(std::size_t at_most) {
  shelf_ = std::make_shared<StatementShelf>(at_most);
}

void Database::close() {
  shelf_.reset();
  handle_.reset();
}

SqliteResult<Statement> Database::prepare(std::string_view sql) const {
  Statement statement;
  if (shelf_) {
    sqlite3_stmt* const kept = shelf_->take(sql);
    statement.handle_ = {kept, Statement::Finalise{shelf_}};
    if (kept != nullptr) return statement;
  }
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error(code));
  statement.handle_.reset(raw);
  return statement;
}

SqliteResult<> Database::execute(std::string_view sql) const {
  const int code = sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error(code));
  return {};
}

SqliteResult<std::optional<std::int64_t>> Database::query_integer(std::string_view sql) const {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row || statement->is_null(0)) return std::nullopt;
  return statement->integer(0);
}

SqliteResult<std::optional<std::string>> Database::query_text(std::string_view sql) const {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row || statement->is_null(0)) return std::nullopt;
  return std::string(statement->text(0));
}

std::int64_t Database::last_rowid() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_.get());
}

SqliteError Database::error(int code) const {
  return make_error(handle_.get(), file_.native(), code);
}

SqliteResult<ReadTransaction> ReadTransaction::begin(const Database& database) {
  if (auto begun = database.execute("BEGIN"); !begun) return std::unexpected(begun.error());
  return ReadTransaction(&database);
}

ReadTransaction::ReadTransaction(ReadTransaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

ReadTransaction::~ReadTransaction() {
  if (database_ != nullptr) (void)database_->execute("ROLLBACK");
}

SqliteResult<Transaction> Transaction::begin(const Database& database) {
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return std::unexpected(begun.error());
  return Transaction(&database);
}

SqliteResult<> Transaction::commit() {
  if (auto done = database_->execute("COMMIT"); !done) return done;
  database_ = nullptr;
  return {};
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // Fails harmlessly where SQLite has already rolled back by itself (full disk, I/O error).
  if (database_ != nullptr) (void)database_->execute("ROLLBACK");
}

}  // namespace collector::sqlite
