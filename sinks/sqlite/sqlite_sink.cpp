#include "sinks/sqlite/sqlite_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "collector/core/file_identity.h"
#include "collector/core/log.h"
#include "collector/history/failure.h"
#include "collector/history/machine_zone.h"
#include "collector/history/store.h"
#include "sinks/sqlite/check.h"
#include "sinks/sqlite/day_zone.h"
#include "sinks/sqlite/keep_settings.h"
#include "sinks/sqlite/nul_file.h"

namespace collector {
namespace {

using namespace sqlite_store;
using namespace history;

std::span<const Setting> sink_settings() {
  static const std::array<Setting, 2> settings{{
      {.name = "path",
       .type = SettingType::path,
       .default_text = "collector.db",
       .sentence = "The database file. It is created if it is missing; its directory must exist."},
      {.name = "keep",
       .type = SettingType::table,
       .default_text = "",
       .sentence = "How much history is kept, how finely.",
       .children = keep_settings()},
  }};
  return settings;
}

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

std::vector<SinkNote> advice(const SinkContext& context) {
  std::vector<SinkNote> notes = notes_on_file(path_of(context.settings, context.state));
  std::ranges::move(notes_on_zone(context.timezone), std::back_inserter(notes));
  return notes;
}

std::vector<RejectedRow> rejected(std::span<const RefusedRow> refused) {
  std::vector<RejectedRow> rows;
  for (const RefusedRow& row : refused)
    rows.push_back({row.batch, row.row, row.why});
  return rows;
}

KeptPlans plans_of(const SinkContext& context) {
  KeptPlans kept{.plans = {}, .this_host = context.host};
  for (const PlanConfiguration& plan : context.plans)
    kept.plans.push_back(billing_plan(plan));
  return kept;
}

// What the runner keeps with the cursor, so that the next open() knows that positions are kept as they are
// now.
constexpr std::string_view follows_addressed = "sqlite2";

// An open file, and which one that is.
struct OpenFile {
  std::unique_ptr<Store> store;
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
        timezone_(context.timezone),
        plans_(plans_of(context)),
        clock_(context.clock),
        retention_clock_(context.retention),
        retention_warning_("sink/" + context.name),
        prune_warning_("sink/" + context.name),
        period_warning_("sink/" + context.name) {}

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
  std::expected<void, Failure> keep_refused(std::span<const std::size_t> stored,
                                            std::span<const RefusedRow> rows) const;
  SinkFailure foreign() const;
  std::expected<void, SinkFailure> follow_machine();
  void keep_house(std::uint64_t rows_written);

  std::string name_;
  std::filesystem::path path_;
  RowFormat format_;
  Keep keep_;
  std::string timezone_;
  std::string zone_name_;  // that days are cut in
  std::string zone_sign_;  // of the machine's zone, when it was last looked at
  KeptPlans plans_;
  const Clock& clock_;
  RetentionClock* retention_clock_;
  std::string held_back_;  // see Retention
  std::string set_aside_;  // which file was, and why
  KeepRejected keep_rejected_;
  std::optional<OpenFile> file_;
  log::RateLimitedWarning retention_warning_;
  log::RateLimitedWarning prune_warning_;
  log::RateLimitedWarning period_warning_;
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
  zone_sign_ = history::machine_zone_sign();
  const auto zone = zone_of_days(timezone_);
  if (!zone) return std::unexpected(sink_failure({.error = zone.error(), .lasting = true}));
  auto store = Store::open(path_, {.format = format_,
                                   .keep = keep_,
                                   .zone = *zone,
                                   .clock = retention_clock_,
                                   .plans = plans_,
                                   .now = clock_.now().wall,
                                   .name = name_});
  if (!store) return std::unexpected(sink_failure(store.error()));
  zone_name_ = zone->name();
  OpenFile file{std::move(*store), identity_of(path_), identity_of(log_beside(path_))};
  BatchWriter& writer = file.store->writer();
  if (request.state != follows_addressed)
    if (auto begun = writer.begin_addressed(request.source, request.epoch); !begun)
      return std::unexpected(sink_failure(to_failure(begun.error())));
  const auto position = writer.position(request.source, request.epoch);
  if (!position) return std::unexpected(sink_failure(to_failure(position.error())));
  // A warning where something goes: `--once` in cron says nothing less.
  if (const std::string& notice = file.store->keep_notice(); !notice.empty()) {
    if (keep_.has_an_end())
      log::warning("sink/" + name_, "{}: {}", path_.native(), notice);
    else
      log::info("sink/" + name_, "{}: {}", path_.native(), notice);
  }
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
    (void)file_->store->database().execute("PRAGMA wal_checkpoint(TRUNCATE)");
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
  if (auto done = follow_machine(); !done) return std::unexpected(done.error());
  auto stored = file_->store->write(
      batches, clock_.now().wall, [this](std::span<const std::size_t> of, std::span<const RefusedRow> rows) {
        return keep_refused(of, rows);
      });
  if (!stored) return std::unexpected(sink_failure(stored.error()));
  if (stored->foreign) return std::unexpected(foreign());
  keep_house(stored->rows);
  return Written{.rejected = rejected(stored->refused),
                 .state = std::string(follows_addressed),
                 .skipped = std::move(stored->skipped)};
}

// Whoever travels and sets the machine's zone wants to see its days at once, not after the next start.
std::expected<void, SinkFailure> SqliteSink::follow_machine() {
  std::string sign = timezone_.empty() ? history::machine_zone_sign() : zone_sign_;
  if (sign == zone_sign_) return {};
  const auto zone = zone_of_days(timezone_);
  if (!zone) return std::unexpected(sink_failure({.error = zone.error(), .lasting = true}));
  if (auto done = file_->store->use(*zone); !done) return std::unexpected(sink_failure(done.error()));
  if (zone->name() != zone_name_)
    log::info("sink/" + name_, "the machine's time zone is another now: days are those of {}", zone->name());
  zone_name_ = zone->name();
  zone_sign_ = std::move(sign);
  return {};
}

SinkFailure SqliteSink::foreign() const {
  return {.what = fmt::format("the position in {} is not where this collector left it", path_.native()),
          .remedy = "the sink reads it again, and compares",
          .retry_after = Duration{},
          .hold = false};
}

std::expected<void, Failure> SqliteSink::keep_refused(std::span<const std::size_t> stored,
                                                      std::span<const RefusedRow> rows) const {
  if (!keep_rejected_ || stored.empty()) return {};
  const auto kept = keep_rejected_(stored, rejected(rows));
  if (kept) return {};
  return std::unexpected(
      Failure{.error = {kept.error().what, kept.error().remedy}, .lasting = kept.error().hold});
}

void SqliteSink::keep_house(std::uint64_t rows_written) {
  const Instant now = clock_.now();
  // Before buckets go that a period is made of.
  if (const auto closed = file_->store->close_periods(now.wall); !closed)
    period_warning_.report(now.boot,
                           "billing periods that are over could not be kept: " + closed.error().what);
  else
    period_warning_.clear(now.boot, "billing periods are kept again");
  // The rows are stored whatever becomes of this: the collector tries again after the next write.
  const auto deleted = file_->store->remove_old(now, rows_written);
  if (!deleted)
    retention_warning_.report(now.boot, "old rows could not be deleted: " + deleted.error().what);
  else
    retention_warning_.clear(now.boot, "old rows are deleted again");
  if (const auto pruned = file_->store->prune_series(now.boot, rows_written, deleted.value_or(0)); !pruned)
    prune_warning_.report(now.boot, "series without rows could not be deleted: " + pruned.error().what);
  else
    prune_warning_.clear(now.boot, "series without rows are deleted again");
  if (held_back_.empty() && !file_->store->held_back().empty())
    log::warning("sink/" + name_, "{}", file_->store->held_back());
  held_back_ = file_->store->held_back();
}

}  // namespace

const SinkType& sqlite_sink() {
  static const SinkType type{
      .component = {.name = "sqlite",
                    .sentence = "Local history in one SQLite file: a view per measurement, with plain SQL.",
                    .settings = sink_settings(),
                    .on_by_default = false,
                    .target = target_of,
                    .places = places_of,
                    .check = mistakes_in},
      .create = [](const SinkContext& context) -> std::unique_ptr<Sink> {
        return std::make_unique<SqliteSink>(context);
      },
      .target = [](const SinkContext& context) { return target_of(context.settings, context.state); },
      .cuts_days = true,
      .advice = advice,
      .probe =
          [](const SinkContext& context) {
            return probe(path_of(context.settings, context.state), context.state);
          }};
  return type;
}

}  // namespace collector
