// The dead-letter queue: what sinks refused, until it is sent again, removed, or more than a sink may have.
#include "collector/spool/dead_letters.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "collector/core/log.h"
#include "collector/core/plural.h"
#include "collector/spool/core.h"
#include "collector/spool/failure.h"

namespace collector {

using sqlite::SqliteResult;

namespace {

constexpr std::size_t page = 1000;

// By series, then start.
bool comes_before(const Row& a, const Row& b) {
  if (a.series == b.series) return a.start < b.start;
  const auto& name_a = a.series->measurement().name;
  const auto& name_b = b.series->measurement().name;
  if (name_a != name_b) return name_a < name_b;
  return std::ranges::lexicographical_compare(a.series->tags(), b.series->tags());
}

std::vector<DeadLetter> without_ids(std::vector<StoredDeadLetter> stored) {
  std::vector<DeadLetter> out;
  for (StoredDeadLetter& each : stored)
    out.push_back(std::move(each.letter));
  return out;
}

}  // namespace

DeadLetterCounts Spool::Core::counted_dead_letters() const {
  const std::lock_guard lock(figures_mutex);
  return dead_letters;
}

void Spool::Core::set_dead_letters(DeadLetterCounts counts) {
  std::erase_if(counts, [](const auto& entry) { return entry.second == 0; });
  const std::lock_guard lock(figures_mutex);
  dead_letters = std::move(counts);
}

void Spool::Core::count_dead_letters() {
  if (counted_dead_letters().empty()) return;
  if (auto counts = file->dead_letters.counts()) set_dead_letters(std::move(*counts));
}

// What is too much becomes rows of `dropped`, down to nine tenths of what is allowed.
SqliteResult<> Spool::Core::limit_dead_letters(QueueTransaction& work, const std::string& sink,
                                               std::uint64_t limit, DeadLetterCounts& counts) {
  std::uint64_t& count = counts[sink];
  if (count <= limit) return {};
  const std::uint64_t down_to = limit - limit / 10;
  SumsByLabels sums(*options.series);
  std::uint64_t gone = 0;
  std::int64_t last = 0;
  while (count > down_to) {
    const auto oldest =
        work.file().dead_letters.read(sink, last, std::min<std::uint64_t>(page, count - down_to));
    if (!oldest) return pass_on(oldest);
    if (oldest->empty()) break;
    for (const auto& [id, number, letter] : *oldest) {
      last = id;
      const auto comes_again = work.waits(sink, number);
      if (!comes_again) return pass_on(comes_again);
      if (*comes_again) continue;
      sums.add(letter.content);
      if (auto done = work.file().dead_letters.remove(id); !done) return done;
      --count;
      ++gone;
    }
  }
  if (gone == 0) return {};
  const auto text = fmt::format(
      "sink {}: the oldest {} given up, more than {} are not kept; they are summed up as `dropped`", sink,
      counted(gone, "dead letter was", "dead letters were"), limit);
  log::error("spool", "{}", text);
  if (PlannedSink* planned = work.change.sink(sink)) planned->progress.dropped_rows += sums.rows();
  if (auto done = work.add_dropped(sink, sums); !done) return done;
  return add_event(work, "dead letters dropped", text);
}

SpoolResult<> Spool::set_dead_letters(const std::string& sink, std::span<const Batch* const> batches,
                                      std::span<const RefusedRow> rows) {
  if (rows.empty() && dead_letters_of(sink) == 0) return {};
  const std::lock_guard lock(core_->disk_mutex);
  std::vector<Origin> earlier;  // that have dead letters
  if (auto ready = core_->ensure_file(); !ready) return ready;
  for (const Batch* batch : batches) {
    const auto has = core_->file->dead_letters.has(sink, batch->origin);
    if (!has) return std::unexpected(spool_error(has.error()));
    if (*has) earlier.push_back(batch->origin);
  }
  if (rows.empty() && earlier.empty()) return {};
  DeadLetterCounts counts;
  auto done = core_->transact([&](QueueTransaction& work) -> SqliteResult<> {
    counts = core_->counted_dead_letters();
    for (const Origin& origin : earlier) {
      const auto gone = work.file().dead_letters.remove_of(sink, origin);
      if (!gone) return pass_on(gone);
      counts[sink] -= std::min(counts[sink], *gone);
    }
    const auto added = work.file().dead_letters.add(sink, rows, core_->options.clock->now().wall);
    if (!added) return pass_on(added);
    counts[sink] += *added;
    const PlannedSink* planned = work.change.sink(sink);
    return planned == nullptr ? SqliteResult<>()
                              : core_->limit_dead_letters(work, sink, planned->limits.dead_letters, counts);
  });
  if (done) core_->set_dead_letters(std::move(counts));
  return done;
}

SpoolResult<std::vector<DeadLetter>> Spool::dead_letters(const std::string& sink, std::size_t at_most) {
  const std::lock_guard lock(core_->disk_mutex);
  if (auto ready = core_->ensure_file(); !ready) return pass_on(ready);
  auto stored = core_->file->dead_letters.read(sink, 0, at_most);
  if (!stored) return std::unexpected(spool_error(stored.error()));
  return without_ids(std::move(*stored));
}

SqliteResult<Replayed> Spool::Core::replay(QueueTransaction& work, const std::string& from,
                                           const std::string& to) {
  Replayed replayed;
  Batch batch;
  const auto flush = [&]() -> SqliteResult<> {
    if (batch.rows.empty()) return {};
    replayed.rows += batch.rows.size();
    std::ranges::sort(batch.rows, comes_before);
    return work.add_for(to, std::exchange(batch, {}));
  };
  std::int64_t last = 0;
  while (true) {
    const auto letters = work.file().dead_letters.read(from, last, page);
    if (!letters) return pass_on(letters);
    for (const auto& [id, number, letter] : *letters) {
      last = id;
      if (from != to && work.was_for(to, number)) {
        ++replayed.had;
        continue;
      }
      const auto comes_again = work.waits(to, number);
      if (!comes_again) return pass_on(comes_again);
      if (*comes_again) continue;
      const Batch& content = letter.content;
      if (content.rows.empty()) {
        log::warning("spool", "dead letter of sink {} (batch {}, row {}) can't be read, and stays", from,
                     letter.origin.sequence, letter.row);
        continue;
      }
      // Rows of one batch go together again.
      if (batch.origin != letter.origin || batch.labels != content.labels)
        if (auto done = flush(); !done) return pass_on(done);
      batch.origin = letter.origin;
      batch.labels = content.labels;
      std::ranges::copy(content.cells, batch.add(content.rows.front()).begin());
      if (auto done = work.file().dead_letters.remove(id); !done) return pass_on(done);
    }
    if (!letters->empty()) continue;
    if (auto done = flush(); !done) return pass_on(done);
    return replayed;
  }
}

SpoolResult<Replayed> Spool::replay_dead_letters(const std::string& from, const std::string& to) {
  const std::lock_guard lock(core_->disk_mutex);
  Replayed replayed;
  DeadLetterCounts counts;
  auto done = core_->transact([&](QueueTransaction& work) -> SqliteResult<> {
    replayed = {};
    counts = core_->counted_dead_letters();
    if (work.change.sink(to) == nullptr) return {};  // nobody would wait for them
    const auto fed_back = core_->replay(work, from, to);
    if (!fed_back) return pass_on(fed_back);
    replayed = *fed_back;
    counts[from] -= std::min(counts[from], replayed.rows);
    return {};
  });
  if (!done) return pass_on(done);
  core_->set_dead_letters(std::move(counts));
  return replayed;
}

SpoolResult<std::size_t> Spool::remove_dead_letters(const std::string& sink) {
  const std::lock_guard lock(core_->disk_mutex);
  std::uint64_t removed = 0;
  auto done = core_->transact([&](QueueTransaction& work) -> SqliteResult<> {
    const auto gone = work.file().dead_letters.remove_all(sink);
    if (!gone) return pass_on(gone);
    removed = *gone;
    if (removed == 0) return {};
    return core_->add_event(work, "dead letters removed",
                            fmt::format("sink {}: {} removed by hand", sink,
                                        counted(removed, "dead letter was", "dead letters were")));
  });
  if (!done) return pass_on(done);
  auto counts = core_->counted_dead_letters();
  counts.erase(sink);
  core_->set_dead_letters(std::move(counts));
  return removed;
}

Result<std::vector<DeadLetter>> read_dead_letters(const std::filesystem::path& directory,
                                                  const std::string& sink) {
  const auto database =
      sqlite::Database::open(directory / "spool.db", {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) return fail(database.error().what, "ask as the user that the collector runs as, or as root");
  constexpr auto all = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  SeriesTable table;
  auto series = SeriesStore::open(*database, table, {});
  if (!series) return fail(series.error().what, "stop the collector and ask again");
  auto stored = DeadLetterStore(*database, *series).read(sink, 0, all);
  if (!stored) return fail(stored.error().what, "stop the collector and ask again");
  return without_ids(std::move(*stored));
}

}  // namespace collector
