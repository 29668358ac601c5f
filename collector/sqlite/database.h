// A thin layer over SQLite: owning handles, typed binding, errors as values. The only place that includes
// sqlite3.h. A Database and its Statements belong to one thread at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace collector::sqlite {

// What SQLite said, sorted by what can be done about it.
enum class Kind : std::uint8_t {
  busy,          // another connection holds a lock
  full,          // no room on the device
  constraint,    // this row is refused (constraint, trigger, type, too big)
  corrupt,       // the file is damaged
  not_database,  // the file is something else
  no_file,       // what has the name is a named pipe, a socket or a device
  cannot_open,   // does not exist, no permission, is a directory
  readonly,
  io,
  unsuitable,  // the file system has no locks or no shared memory
  no_memory,
  interrupted,  // took longer than limit_time() allows
  misuse,       // an SQL mistake or anything else
};

struct SqliteError {
  Kind kind = Kind::misuse;
  int code = 0;      // SQLite's extended result code
  std::string what;  // "…/collector.db: database or disk is full (SQLITE_FULL)"
};

template <typename T = void>
using SqliteResult = std::expected<T, SqliteError>;

class Database;
class StatementShelf;
struct RowVisitor;

// A prepared statement. Columns are counted from 0, parameters from 1.
class Statement {
 public:
  Statement() = default;

  // A failing bind (no such parameter, too big) makes the next step() fail.
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view text);                 // copied
  void bind_blob(int parameter, std::span<const std::byte> blob);  // must live until step()
  void bind_null(int parameter);

  SqliteResult<bool> step();  // true: a row is there; false: done (and reset, ready to run again)
  SqliteResult<> run();       // steps to the end and resets
  void reset();               // ready to run again; bindings stay

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;  // valid until the next step or reset
  std::span<const std::byte> blob(int column) const;
  int columns() const;

 private:
  friend class Database;
  friend class RowScan;
  // Back to where it was taken from, or away.
  struct Finalise {
    std::shared_ptr<StatementShelf> shelf;
    void operator()(sqlite3_stmt* statement) const;
  };
  void note(int code);

  std::unique_ptr<sqlite3_stmt, Finalise> handle_;
  int bind_code_ = 0;  // the first bind that failed; the next step() reports it
};

class Database {
 public:
  enum class Mode : std::uint8_t { read_only, read_write, create };

  struct Options {
    Mode mode = Mode::create;
    std::string vfs;  // name of a registered VFS; empty: SQLite's own
    std::chrono::milliseconds busy_timeout{5000};
    // Nobody writes to the file while it is open here: no locks, and no files beside it. Of read_only.
    bool immutable = false;
  };
  Database() = default;
  static SqliteResult<Database> open(const std::filesystem::path& file, const Options& options);

  // WAL, synchronous=FULL, foreign_keys and secure_delete off, temp in memory, half a megabyte of cache (rows
  // are appended: more is no faster): what the spool and the SQLite sink both use. The first write to a file
  // that is not a database fails here, with Kind::not_database.
  SqliteResult<> use_durable_settings();

  // Whether closing leaves the write-ahead log as it is, instead of moving it into the file and removing it:
  // for a file that may turn out to be damaged, so that nothing is touched then.
  void keep_log_on_close(bool keep);

  // From now on statements work for so long at most, all together, and until `cancelled`, then fail with
  // Kind::interrupted. 0: no limit.
  void limit_time(std::chrono::milliseconds at_most, const std::atomic<bool>* cancelled = nullptr) const;

  // From now on so many statements that are out of use are kept, for whoever prepares the same text: making
  // one costs more than most questions to a small table.
  void keep_statements(std::size_t at_most);

  SqliteResult<Statement> prepare(std::string_view sql) const;
  SqliteResult<> execute(std::string_view sql) const;  // one or several statements, results ignored
  // First column of the first row, or nothing when there is no row (or it is NULL).
  SqliteResult<std::optional<std::int64_t>> query_integer(std::string_view sql) const;
  SqliteResult<std::optional<std::string>> query_text(std::string_view sql) const;

  std::int64_t last_rowid() const;
  std::int64_t changes() const;  // rows changed by the last statement
  const std::filesystem::path& file() const { return file_; }
  bool is_open() const { return handle_ != nullptr; }
  void close();

  SqliteError error(int code) const;  // of the last failed call

 private:
  friend class RowScan;
  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Deadline {
    std::chrono::steady_clock::time_point at;
    const std::atomic<bool>* cancelled = nullptr;
  };
  std::unique_ptr<Deadline> deadline_ = std::make_unique<Deadline>();  // read while statements run
  std::shared_ptr<RowVisitor> visitor_;                                // known to SQLite
  std::unique_ptr<sqlite3, Close> handle_;
  std::shared_ptr<StatementShelf> shelf_;  // nullptr: none are kept
  std::filesystem::path file_;
};

// Several statements that read the same state of the file; over when it is destroyed.
class ReadTransaction {
 public:
  static SqliteResult<ReadTransaction> begin(const Database& database);
  ReadTransaction(ReadTransaction&& other) noexcept;
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ~ReadTransaction();

 private:
  explicit ReadTransaction(const Database* database) : database_(database) {}
  const Database* database_;
};

// BEGIN IMMEDIATE … COMMIT; rolls back when it is destroyed before commit() succeeded.
class Transaction {
 public:
  static SqliteResult<Transaction> begin(const Database& database);
  SqliteResult<> commit();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

 private:
  explicit Transaction(const Database* database) : database_(database) {}
  const Database* database_;
};

}  // namespace collector::sqlite
