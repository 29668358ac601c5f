// Opening the spool, and replacing a damaged file by a fresh one.
#include <fmt/format.h>

#include <algorithm>

#include "collector/core/log.h"
#include "collector/spool/core.h"
#include "collector/spool/failure.h"
#include "collector/spool/set_aside.h"

namespace collector {
namespace {

// Numbers of series leave room for those that a restored copy of this file never heard of: so many per
// second.
constexpr std::int64_t series_per_second = 16;

}  // namespace

Result<> Spool::Core::open() {
  std::error_code ignored;
  if (options.vfs.empty() && !std::filesystem::is_directory(options.directory, ignored))
    return fail(fmt::format("state directory {} does not exist", options.directory.native()), "create it");
  const std::lock_guard lock(disk_mutex);
  // As a power cut leaves a file whose content never reached the disk; a fresh one is not there yet.
  if (options.vfs.empty() && std::filesystem::is_regular_file(path, ignored) &&
      std::filesystem::file_size(path, ignored) == 0) {
    const auto text = fmt::format(
        "{} was empty: if it held rows that sinks had not got, and what counters stood at, they are lost",
        path.native());
    log::warning("spool", "{}", text);
    remains = Remains{{{"spool empty", text}}, {}};
  }
  auto opened = load_file();
  if (!opened && opened.error().kind == OpenFailure::Kind::damaged) {
    file.reset();
    const auto aside = set_aside(path, options.clock->now().wall);
    if (!aside) return std::unexpected(aside.error());
    const auto text = fmt::format("{}; it was renamed to {} and a new spool was started",
                                  opened.error().error.what, aside->filename().native());
    log::error("spool", "{}", text);
    state = {};
    loaded = {};
    remains = Remains{{{"spool set aside", text}}, {}};
    opened = load_file();
  }
  if (!opened) return std::unexpected(opened.error().error);
  adopt_machine();
  source = state.source;
  epoch = state.epoch;
  if (remains)
    if (auto stored = transact({}); !stored) return std::unexpected(stored.error().error);
  measure_file();
  look_at_events();
  return {};
}

std::expected<void, OpenFailure> Spool::Core::load_file() {
  auto opened = SpoolFile::open(path, options.vfs, *options.series, options.known);
  if (!opened) return pass_on(opened);
  file = std::move(*opened);
  const auto failed = [](const auto& result) { return std::unexpected(open_failure(result.error())); };

  const WallTime now = options.clock->now().wall;
  auto stored = file->states.load();
  if (!stored) return failed(stored);
  if (*stored) {
    state = std::move(**stored);
    retention.restore(state.retention);
  } else {
    state = {
        .source = Uuid::random(), .epoch = Uuid::random(), .machine = {}, .created_s = unix_seconds(now)};
    if (!remains) remains.emplace();
  }
  auto baselines = file->baselines.load(file->series);
  if (!baselines) return failed(baselines);
  loaded = std::move(*baselines);
  loaded.clock_steps = state.clock_steps;
  auto counts = file->dead_letters.counts();
  if (!counts) return failed(counts);
  set_dead_letters(std::move(*counts));

  file->series.number_from(std::max(file->series.highest_number() + 1,
                                    1 + series_per_second * (unix_seconds(now) - state.created_s)));
  next_series = file->series.next_number();
  next_sequence = std::max(state.last_sequence + 1,
                           static_cast<std::uint64_t>(std::max<std::int64_t>(unix_milliseconds(now), 0)));
  opened_after = state.last_number;
  return load_queue();
}

std::expected<void, OpenFailure> Spool::Core::load_queue() {
  const auto failed = [](const auto& result) { return std::unexpected(open_failure(result.error())); };
  QueueStore& queue = file->queue;
  QueueIndex::Loaded found;
  found.last_sequence = state.last_sequence;
  found.last_number = state.last_number;
  auto sinks = queue.sinks();
  if (!sinks) return failed(sinks);
  for (SinkProgress& progress : *sinks) {
    const auto count = queue.count(progress.id, progress.confirmed);
    if (!count) return failed(count);
    const auto first = queue.first_waiting(progress.id, progress.confirmed);
    if (!first) return failed(first);
    found.sinks.push_back({std::move(progress), *count, *first});
  }
  const auto batches = queue.batches();
  if (!batches) return failed(batches);
  found.batches = *batches;
  auto waiters = queue.waiters();
  if (!waiters) return failed(waiters);
  found.waiters = std::move(*waiters);
  index.load(std::move(found));
  return {};
}

void Spool::Core::adopt_machine() {
  const std::string machine = machine_fingerprint(options.machine_id);
  if (machine.empty() || machine == state.machine) return;
  if (!state.machine.empty()) {
    const Uuid before = state.source;
    state.source = Uuid::random();
    state.epoch = Uuid::random();
    const auto text = fmt::format("this state directory was made on another machine: source {} becomes {}",
                                  before.text(), state.source.text());
    log::warning("spool", "{}", text);
    if (!remains) remains.emplace();
    remains->events.emplace_back("source changed", text);
  }
  if (!remains) remains.emplace();
  state.machine = machine;
}

SpoolResult<> Spool::Core::ensure_file() {
  if (closed) return std::unexpected(SpoolError{SpoolError::Kind::failed, {"the spool is closed", {}}});
  if (file) return check_in_place();
  auto opened = SpoolFile::open(path, options.vfs, *options.series, options.known);
  if (!opened && opened.error().kind == OpenFailure::Kind::damaged)
    return replace_file(opened.error().error.what);
  if (!opened) return std::unexpected(SpoolError{SpoolError::Kind::failed, opened.error().error});
  file = std::move(*opened);
  file->series.number_from(next_series);
  return {};
}

SpoolResult<> Spool::Core::replace_file(const std::string& reason) {
  file.reset();
  const auto aside = set_aside(path, options.clock->now().wall);
  if (!aside) return std::unexpected(SpoolError{SpoolError::Kind::failed, aside.error()});
  return start_over("spool set aside", fmt::format("{}; it was renamed to {} and a new spool was started",
                                                   reason, aside->filename().native()));
}

SpoolResult<> Spool::Core::start_over(const char* event, std::string text) {
  if (!remains) remains.emplace();
  QueueIndex::Remains left = index.start_over();
  const std::size_t lost_by = left.lost.size();
  if (lost_by > 0)
    text += fmt::format("; rows that {} sink{} had not got are recorded as a gap", lost_by,
                        lost_by == 1 ? "" : "s");
  log::error("spool", "{}", text);
  remains->events.emplace_back(event, std::move(text));
  std::ranges::move(left.batches, std::back_inserter(remains->queue.batches));
  std::ranges::move(left.lost, std::back_inserter(remains->queue.lost));
  set_dead_letters({});
  state.epoch = Uuid::random();
  return ensure_file();
}

SpoolResult<> Spool::Core::check_in_place() {
  const InPlace found = look_for(path, file->identity);
  std::error_code error;
  const bool emptied =
      found == InPlace::yes && file->identity && std::filesystem::file_size(path, error) == 0 && !error;
  if (found == InPlace::yes && !emptied) return check_log_in_place();
  // What is in the log belongs to the file that is gone from here (and may live on under another name): it
  // goes there, or SQLite would take it for the log of whatever comes in its place.
  (void)file->database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  auto text = fmt::format("{} was {} while it was in use", path.native(),
                          emptied                     ? "emptied"
                          : found == InPlace::removed ? "removed"
                                                      : "replaced");
  if (found != InPlace::removed) {
    const auto aside = set_aside(path, options.clock->now().wall, "replaced");
    if (!aside) return std::unexpected(SpoolError{SpoolError::Kind::failed, aside.error()});
    text += fmt::format(": the file in its place was renamed to {}", aside->filename().native());
  }
  file.reset();
  std::uint64_t lost = 0;
  for (const auto& [sink, count] : counted_dead_letters())
    lost += count;
  text += "; a new one was started with the rows that were in memory";
  if (lost > 0) text += fmt::format("; {} dead letter{} in the old one", lost, lost == 1 ? " was" : "s were");
  return start_over("spool removed", std::move(text));
}

SpoolResult<> Spool::Core::check_log_in_place() {
  const auto log = log_beside(path);
  const InPlace found = look_for(log, file->log_identity);
  if (found == InPlace::yes) return {};
  // What is in it would be gone with this process. It can still be read through what is open: into the file
  // with it, and both are opened anew.
  const auto busy = file->database.query_integer("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy || *busy != 0)
    return std::unexpected(SpoolError{
        SpoolError::Kind::failed,
        {log.native() + " was removed while it was in use, and what is in it can't be saved yet", {}}});
  // SQLite would take another one in its place for its own.
  if (found == InPlace::replaced)
    if (auto aside = set_aside(log, options.clock->now().wall, "replaced"); !aside)
      return std::unexpected(SpoolError{SpoolError::Kind::failed, aside.error()});
  file.reset();
  auto text = fmt::format(
      "{} was removed or replaced while it was in use; nothing is lost: what was in it is in {} now",
      log.native(), path.filename().native());
  log::error("spool", "{}", text);
  if (!remains) remains.emplace();
  remains->events.emplace_back("spool log removed", std::move(text));
  return ensure_file();
}

sqlite::SqliteResult<> Spool::Core::store_remains(QueueTransaction& transaction) const {
  for (const auto& [kind, text] : remains->events)
    if (auto done = add_event(transaction, kind, text); !done) return done;
  for (const AddedBatch& batch : remains->queue.batches)
    if (auto done = transaction.add_again(batch); !done) return done;
  for (const auto& [sink, lost] : remains->queue.lost)
    if (auto done = transaction.add_gap(sink, lost, options.clock->now().wall); !done) return done;
  return {};
}

}  // namespace collector
