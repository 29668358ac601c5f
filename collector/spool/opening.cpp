// Opening the spool, and replacing a damaged file by a fresh one.
#include <fmt/format.h>

#include <algorithm>

#include "collector/core/log.h"
#include "collector/spool/failure.h"
#include "collector/spool/implementation.h"
#include "collector/spool/set_aside.h"

namespace collector {
namespace {

// Numbers of series leave room for those that a restored copy of this file never heard of: so many per
// second.
constexpr std::int64_t series_per_second = 16;

}  // namespace

Spool::Implementation::Implementation(Options options)
    : options_(std::move(options)), path_(options_.directory / "spool.db") {}

Result<> Spool::Implementation::open() {
  std::error_code ignored;
  if (options_.vfs.empty() && !std::filesystem::is_directory(options_.directory, ignored))
    return fail(fmt::format("state directory {} does not exist", options_.directory.native()), "create it");
  const std::lock_guard lock(disk_mutex_);
  auto loaded = load_file();
  if (!loaded && loaded.error().kind == OpenFailure::Kind::damaged) {
    file_.reset();
    const auto aside = set_aside(path_, options_.clock->now().wall);
    if (!aside) return std::unexpected(aside.error());
    const auto text = fmt::format("{}; it was renamed to {} and a new spool was started",
                                  loaded.error().error.what, aside->filename().native());
    log::error("spool", "{}", text);
    state_ = {};
    loaded_ = {};
    seed_ = Seed{{{"spool set aside", text}}, {}};
    loaded = load_file();
  }
  if (!loaded) return std::unexpected(loaded.error().error);
  adopt_machine();
  source_ = state_.source;
  epoch_ = state_.epoch;
  if (seed_)
    if (auto planted = transact({}); !planted) return std::unexpected(planted.error().error);
  measure_file();
  if (file_->notes.changed()) look_at_notes();
  return {};
}

std::expected<void, OpenFailure> Spool::Implementation::load_file() {
  auto opened = SpoolFile::open(path_, options_.vfs, *options_.series, options_.known);
  if (!opened) return pass_on(opened);
  file_ = std::move(*opened);
  const auto failed = [](const auto& result) { return std::unexpected(open_failure(result.error())); };

  const WallTime now = options_.clock->now().wall;
  auto state = file_->states.load();
  if (!state) return failed(state);
  if (*state) {
    state_ = std::move(**state);
    retention_.restore(state_.retention);
  } else {
    state_ = {
        .source = Uuid::random(), .epoch = Uuid::random(), .machine = {}, .created_s = unix_seconds(now)};
    if (!seed_) seed_.emplace();
  }
  auto cursors = file_->cursors.load();
  if (!cursors) return failed(cursors);
  std::vector<BatchSummary> batches;
  if (auto done = file_->batches.summaries([&](BatchSummary batch) { batches.push_back(std::move(batch)); });
      !done)
    return failed(done);
  auto baselines = file_->baselines.load(file_->series);
  if (!baselines) return failed(baselines);
  loaded_ = std::move(*baselines);
  loaded_.clock_steps = state_.clock_steps;

  file_->series.number_from(std::max(file_->series.highest_number() + 1,
                                     1 + series_per_second * (unix_seconds(now) - state_.created_s)),
                            false);
  next_series_ = file_->series.next_number();
  next_sequence_ = std::max(state_.last_sequence + 1,
                            static_cast<std::uint64_t>(std::max<std::int64_t>(unix_milliseconds(now), 0)));
  before_opening_ = next_sequence_ - 1;
  board_.load(state_.last_sequence, state_.removed_through, batches, std::move(*cursors));
  return {};
}

void Spool::Implementation::adopt_machine() {
  const std::string machine = machine_fingerprint(options_.machine_id);
  if (machine.empty() || machine == state_.machine) return;
  if (!state_.machine.empty()) {
    const Uuid before = state_.source;
    state_.source = Uuid::random();
    state_.epoch = Uuid::random();
    const auto text = fmt::format("this state directory was made on another machine: source {} becomes {}",
                                  before.text(), state_.source.text());
    log::warning("spool", "{}", text);
    if (!seed_) seed_.emplace();
    seed_->events.emplace_back("source changed", text);
  }
  if (!seed_) seed_.emplace();
  state_.machine = machine;
}

SpoolResult<> Spool::Implementation::ensure_file() {
  if (closed_) return std::unexpected(SpoolError{SpoolError::Kind::failed, {"the spool is closed", {}}});
  if (file_) return check_in_place();
  auto opened = SpoolFile::open(path_, options_.vfs, *options_.series, options_.known);
  if (!opened && opened.error().kind == OpenFailure::Kind::damaged)
    return replace_file(opened.error().error.what);
  if (!opened) return std::unexpected(SpoolError{SpoolError::Kind::failed, opened.error().error});
  file_ = std::move(*opened);
  file_->series.number_from(next_series_, true);
  return {};
}

SpoolResult<> Spool::Implementation::replace_file(const std::string& reason) {
  file_.reset();
  const auto aside = set_aside(path_, options_.clock->now().wall);
  if (!aside) return std::unexpected(SpoolError{SpoolError::Kind::failed, aside.error()});
  return start_over("spool set aside", fmt::format("{}; it was renamed to {} and a new spool was started",
                                                   reason, aside->filename().native()));
}

SpoolResult<> Spool::Implementation::start_over(const char* event, std::string text) {
  if (!seed_) seed_.emplace();
  Board::Remains remains = board_.start_over();
  const std::size_t lost_by = remains.lost.size();
  if (lost_by > 0)
    text += fmt::format("; rows that {} sink{} had not got are recorded as a gap", lost_by,
                        lost_by == 1 ? "" : "s");
  log::error("spool", "{}", text);
  seed_->events.emplace_back(event, std::move(text));
  std::ranges::move(remains.batches, std::back_inserter(seed_->remains.batches));
  std::ranges::move(remains.lost, std::back_inserter(seed_->remains.lost));
  state_.epoch = Uuid::random();
  return ensure_file();
}

SpoolResult<> Spool::Implementation::check_in_place() {
  const InPlace found = look_for(path_, file_->identity);
  std::error_code error;
  const bool emptied =
      found == InPlace::yes && file_->identity && std::filesystem::file_size(path_, error) == 0 && !error;
  if (found == InPlace::yes && !emptied) return check_log_in_place();
  // What is in the log belongs to the file that is gone from here (and may live on under another name): it
  // goes there, or SQLite would take it for the log of whatever comes in its place.
  (void)file_->database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  auto text = fmt::format("{} was {} while it was in use", path_.native(),
                          emptied                     ? "emptied"
                          : found == InPlace::removed ? "removed"
                                                      : "replaced");
  if (found != InPlace::removed) {
    const auto aside = set_aside(path_, options_.clock->now().wall, "replaced");
    if (!aside) return std::unexpected(SpoolError{SpoolError::Kind::failed, aside.error()});
    text += fmt::format(": the file in its place was renamed to {}", aside->filename().native());
  }
  file_.reset();
  std::uint64_t letters = 0;
  {
    const std::lock_guard lock(notes_mutex_);
    for (const auto& sink : notes_.dead_letters)
      letters += sink.count;
  }
  text += "; a new one was started with the rows that were in memory";
  if (letters > 0)
    text += fmt::format("; {} dead letter{} in the old one", letters, letters == 1 ? " was" : "s were");
  return start_over("spool removed", std::move(text));
}

SpoolResult<> Spool::Implementation::check_log_in_place() {
  const auto log = log_beside(path_);
  const InPlace found = look_for(log, file_->log_identity);
  if (found == InPlace::yes) return {};
  // What is in it would be gone with this process. It can still be read through what is open: into the file
  // with it, and both are opened anew.
  const auto busy = file_->database.query_integer("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy || *busy != 0)
    return std::unexpected(SpoolError{
        SpoolError::Kind::failed,
        {log.native() + " was removed while it was in use, and what is in it can't be saved yet", {}}});
  // SQLite would take another one in its place for its own.
  if (found == InPlace::replaced)
    if (auto aside = set_aside(log, options_.clock->now().wall, "replaced"); !aside)
      return std::unexpected(SpoolError{SpoolError::Kind::failed, aside.error()});
  file_.reset();
  auto text = fmt::format(
      "{} was removed or replaced while it was in use; nothing is lost: what was in it is in {} now",
      log.native(), path_.filename().native());
  log::error("spool", "{}", text);
  if (!seed_) seed_.emplace();
  seed_->events.emplace_back("spool log removed", std::move(text));
  return ensure_file();
}

sqlite::SqliteResult<> Spool::Implementation::plant(Work& work) const {
  const WallTime now = options_.clock->now().wall;
  for (const auto& [kind, text] : seed_->events)
    if (auto done = work.file().notes.add_event({now, kind, text}); !done) return done;
  for (const BatchPtr& batch : seed_->remains.batches)
    if (auto done = work.add_again(batch); !done) return done;
  for (const DropRange& lost : seed_->remains.lost)
    if (auto done = work.add_gap(lost, *options_.series, now); !done) return done;
  return {};
}

}  // namespace collector
