#include "sinks/sqlite/sqlite_sink.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "collector/core/file_identity.h"
#include "collector/core/log.h"
#include "collector/sqlite/database.h"
#include "sinks/sqlite/batch_writer.h"
#include "sinks/sqlite/check.h"
#include "sinks/sqlite/failure.h"
#include "sinks/sqlite/nul_file.h"
#include "sinks/sqlite/retention.h"
#include "sinks/sqlite/schema.h"
#include "sinks/sqlite/series_prune.h"

namespace collector {
namespace {

using namespace sqlite_store;

constexpr std::array<Setting, 2> keep_settings{{
    {.name = "age",
     .type = SettingType::duration,
     .default_text = "",
     .sentence = "Rows that are older than this are deleted. Only a time that more than one run has "
                 "confirmed decides their age. Default: rows are kept until `size` is reached.",
     .minimum = std::chrono::nanoseconds(std::chrono::hours(1)).count()},
    {.name = "size",
     .type = SettingType::size,
     .default_text = "2GiB",
     .sentence = "When rows take more space than this, the oldest rows are deleted. Their space is used "
                 "again; the file does not shrink.",
     .minimum = 1024 * 1024},
}};

constexpr std::array<Setting, 2> sink_settings{{
    {.name = "path",
     .type = SettingType::path,
     .default_text = "collector.db",
     .sentence = "The database file. It is created if it is missing; its directory must exist."},
    {.name = "keep",
     .type = SettingType::table,
     .default_text = "",
     .sentence = "How much history is kept.",
     .children = keep_settings},
}};

std::filesystem::path path_of(const Settings& settings, const std::filesystem::path& state) {
  return state / settings.text("path");
}

// From the text alone: to ask a disk where links lead could hang, and with it a reload. Two sinks that reach
// one file by different links each find the other's position in it, and pass over what is there; what is
// addressed to one of them has a position of its own.
std::string target_of(const Settings& settings, const std::filesystem::path& state) {
  return path_of(settings, state).lexically_normal().native();
}

// The database, and what SQLite keeps beside it.
std::vector<SinkPlace> places_of(const Settings& settings, const std::filesystem::path& state) {
  const std::string file = target_of(settings, state);
  std::vector<SinkPlace> places{{file, false}};
  for (const std::string_view companion : companions)
    places.push_back({file + std::string(companion), false});
  return places;
}

Keep keep_of(const Settings& settings) {
  Keep keep;
  if (!settings.has("keep")) return keep;
  const Settings& given = settings.table("keep");
  if (given.has("age")) keep.age = given.duration("age");
  if (given.has("size")) keep.size = given.size("size");
  return keep;
}

// What the runner keeps with the cursor, so that the next open() knows that positions are kept as they are
// now.
constexpr std::string_view follows_addressed = "sqlite2";

// An open file with everything that depends on it; statements go before the connection.
struct OpenFile {
  OpenFile(sqlite::Database opened, const RowFormat& format, const Keep& keep, RetentionClock* clock,
           const std::string& name)
      : database(std::move(opened)),
        writer(database, format, name),
        retention(database, keep, clock, name),
        series_prune(database) {}

  sqlite::Database database;
  BatchWriter writer;
  Retention retention;
  SeriesPrune series_prune;
  std::optional<FileIdentity> identity;
  std::optional<FileIdentity> log_identity;  // of the write-ahead log beside it
};

class SqliteSink final : public Sink {
 public:
  explicit SqliteSink(const SinkContext& context)
      : name_(context.name),
        path_(path_of(context.settings, context.state)),
        format_(context.format),
        keep_(keep_of(context.settings)),
        clock_(context.clock),
        retention_clock_(context.retention),
        retention_warning_("sink/" + context.name),
        prune_warning_("sink/" + context.name) {}

  std::expected<OpenedSink, SinkFailure> open(const OpenRequest& request) override;
  std::expected<Written, SinkFailure> write(std::span<const BatchPtr> batches) override;
  void close() override { file_.reset(); }
  std::vector<SinkNote> notes() const override {
    std::vector<SinkNote> notes;
    if (!held_back_.empty()) notes.push_back({.name = "retention", .text = held_back_});
    if (!set_aside_.empty()) notes.push_back({.name = "file", .text = set_aside_, .warning = true});
    return notes;
  }

 private:
  using Stored = BatchWriter::Stored;
  using Outcome = std::expected<Stored, SinkFailure>;
  Outcome store(std::span<const BatchPtr> batches);
  sqlite::SqliteResult<Outcome> store_all(std::span<const BatchPtr> batches);
  Outcome store_one_by_one(std::span<const BatchPtr> batches);
  std::expected<void, SinkFailure> keep(const Stored& stored);
  void apply_retention(std::uint64_t rows_written);

  std::string name_;
  std::filesystem::path path_;
  RowFormat format_;
  Keep keep_;
  const Clock& clock_;
  RetentionClock* retention_clock_;
  std::string held_back_;  // see Retention
  std::string set_aside_;  // which file was, and why
  KeepRejected keep_rejected_;
  std::unique_ptr<OpenFile> file_;
  log::RateLimitedWarning retention_warning_;
  log::RateLimitedWarning prune_warning_;
};

std::expected<OpenedSink, SinkFailure> SqliteSink::open(const OpenRequest& request) {
  close();
  keep_rejected_ = request.keep_rejected;
  std::error_code ignored;
  if (std::filesystem::is_directory(path_, ignored))
    return std::unexpected(SinkFailure{.what = fmt::format("{} is a directory", path_.native()),
                                       .remedy = "name a file in it: `path` is the database itself",
                                       .retry_after = std::nullopt,
                                       .hold = true});
  auto aside = set_aside_nul(path_, clock_.now().wall, name_);
  if (!aside) return std::unexpected(aside.error());
  if (!aside->empty()) set_aside_ = std::move(*aside);
  auto database = sqlite::Database::open(path_, {});
  if (!database) return std::unexpected(to_failure(database.error()));
  if (auto ours = check_ours(*database, migrations().size()); !ours) return std::unexpected(ours.error());
  if (auto done = database->use_durable_settings(); !done) return std::unexpected(to_failure(done.error()));
  // A WAL that a long reader has blown up is cut back afterwards.
  if (auto done = database->execute("PRAGMA journal_size_limit=16777216"); !done)
    return std::unexpected(to_failure(done.error()));
  if (auto done = migrate(*database, migrations()); !done) return std::unexpected(to_failure(done.error()));

  auto file = std::make_unique<OpenFile>(std::move(*database), format_, keep_, retention_clock_, name_);
  file->identity = identity_of(path_);
  file->log_identity = identity_of(log_beside(path_));
  if (request.state != follows_addressed)
    if (auto begun = file->writer.begin_addressed(request.source, request.epoch); !begun)
      return std::unexpected(to_failure(begun.error()));
  const auto position = file->writer.position(request.source, request.epoch);
  if (!position) return std::unexpected(to_failure(position.error()));
  file_ = std::move(file);
  OpenedSink opened{.position = std::nullopt, .keeps_position = true};
  if (position->has_value()) opened.position = SinkPosition{request.source, request.epoch, **position};
  return opened;
}

std::expected<Written, SinkFailure> SqliteSink::write(std::span<const BatchPtr> batches) {
  if (!file_)
    return std::unexpected(SinkFailure{
        .what = path_.native() + " is not open", .remedy = "", .retry_after = Duration{}, .hold = false});
  const bool log_only = look_for(path_, file_->identity) == InPlace::yes;
  if (!log_only || look_for(log_beside(path_), file_->log_identity) != InPlace::yes) {
    // What is in the log still belongs to the file that is gone from here (and may live on under another
    // name): it goes there now, or SQLite would take it for the log of whatever is in its place.
    (void)file_->database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    std::error_code error;
    if (log_only) std::filesystem::rename(log_beside(path_), log_beside(path_).native() + ".replaced", error);
    close();
    return std::unexpected(SinkFailure{
        .what = fmt::format("{}{} was deleted or replaced while it was in use", path_.native(),
                            log_only ? "-wal" : ""),
        .remedy =
            log_only
                ? "its rows are in the database now"
                : "a new file is created where it is missing, and gets the rows that the spool still has",
        .retry_after = Duration{},
        .hold = false});
  }
  auto stored = store(batches);
  if (!stored) {
    file_->writer.forget();
    return std::unexpected(std::move(stored.error()));
  }
  apply_retention(stored->rows);
  return Written{.rejected = std::move(stored->rejected),
                 .state = std::string(follows_addressed),
                 .skipped = std::move(stored->skipped)};
}

SqliteSink::Outcome SqliteSink::store(std::span<const BatchPtr> batches) {
  auto stored = store_all(batches);
  if (stored) return std::move(*stored);
  if (stored.error().kind != sqlite::Kind::constraint) return std::unexpected(to_failure(stored.error()));
  file_->writer.forget();
  return store_one_by_one(batches);
}

// Before the position moves past refused rows: afterwards nobody would ask for them again.
std::expected<void, SinkFailure> SqliteSink::keep(const Stored& stored) {
  if (!keep_rejected_ || stored.stored.empty()) return {};
  return keep_rejected_(stored.stored, stored.rejected);
}

sqlite::SqliteResult<SqliteSink::Outcome> SqliteSink::store_all(std::span<const BatchPtr> batches) {
  auto transaction = sqlite::Transaction::begin(file_->database);
  if (!transaction) return std::unexpected(transaction.error());
  auto stored = file_->writer.write(batches);
  if (!stored) return std::unexpected(std::move(stored.error()));
  if (stored->foreign) return Outcome(std::unexpected(moved_by_another(path_)));
  if (auto kept = keep(*stored); !kept) return Outcome(std::unexpected(std::move(kept.error())));
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  file_->writer.committed();
  return Outcome(std::move(*stored));
}

SqliteSink::Outcome SqliteSink::store_one_by_one(std::span<const BatchPtr> batches) {
  auto transaction = sqlite::Transaction::begin(file_->database);
  if (!transaction) return std::unexpected(to_failure(transaction.error()));
  auto stored = file_->writer.write_one_by_one(batches);
  if (!stored) return std::unexpected(to_failure(stored.error()));
  if (stored->foreign) return std::unexpected(moved_by_another(path_));
  if (auto kept = keep(*stored); !kept) return std::unexpected(std::move(kept.error()));
  if (auto done = transaction->commit(); !done) return std::unexpected(to_failure(done.error()));
  file_->writer.committed();
  return std::move(*stored);
}

void SqliteSink::apply_retention(std::uint64_t rows_written) {
  const Instant now = clock_.now();
  // The rows are stored whatever becomes of this: the collector tries again after the next write.
  const auto deleted = file_->retention.run(now, rows_written);
  if (!deleted)
    retention_warning_.report(now.boot, "old rows could not be deleted: " + deleted.error().what);
  else
    retention_warning_.clear(now.boot, "old rows are deleted again");
  if (const auto pruned = file_->series_prune.run(now.boot, rows_written, deleted.value_or(0)); !pruned) {
    prune_warning_.report(now.boot, "series without rows could not be deleted: " + pruned.error().what);
  } else {
    file_->writer.forget_series(*pruned);
    prune_warning_.clear(now.boot, "series without rows are deleted again");
  }
  if (held_back_.empty() && !file_->retention.held_back().empty())
    log::warning("sink/" + name_, "{}", file_->retention.held_back());
  held_back_ = file_->retention.held_back();
}

}  // namespace

const SinkType& sqlite_sink() {
  static const SinkType type{
      .component = {.name = "sqlite",
                    .sentence = "Local history in one SQLite file: a view per measurement, with plain SQL.",
                    .settings = sink_settings,
                    .on_by_default = false,
                    .target = target_of,
                    .places = places_of,
                    .check = mistakes_in},
      .create = [](const SinkContext& context) -> std::unique_ptr<Sink> {
        return std::make_unique<SqliteSink>(context);
      },
      .target = [](const SinkContext& context) { return target_of(context.settings, context.state); },
      .advice =
          [](const SinkContext& context) { return notes_on_file(path_of(context.settings, context.state)); },
      .probe =
          [](const SinkContext& context) {
            return probe(path_of(context.settings, context.state), context.state);
          }};
  return type;
}

}  // namespace collector
