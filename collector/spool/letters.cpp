// Dead letters and events.
#include <fmt/format.h>

#include <algorithm>

#include "collector/core/log.h"
#include "collector/formats/row_json.h"
#include "collector/spool/failure.h"
#include "collector/spool/implementation.h"

namespace collector {

using sqlite::SqliteResult;

namespace {

// By series, then start.
bool before(const Row& a, const Row& b) {
  if (a.series == b.series) return a.start < b.start;
  const auto& name_a = a.series->measurement().name;
  const auto& name_b = b.series->measurement().name;
  if (name_a != name_b) return name_a < name_b;
  return std::ranges::lexicographical_compare(a.series->tags(), b.series->tags());
}

}  // namespace

template <typename T>
SpoolResult<T> Spool::Implementation::query(const std::function<SqliteResult<T>()>& body) {
  if (auto ready = ensure_file(); !ready) return pass_on(ready);
  auto result = body();
  if (!result) return std::unexpected(spool_error(result.error()));
  return std::move(*result);
}

SpoolResult<> Spool::Implementation::add_dead_letters(std::span<const DeadLetter> letters) {
  const std::lock_guard lock(disk_mutex_);
  return transact([&](Work& work) -> SqliteResult<> {
    if (auto done = work.file().notes.add_letters(letters); !done) return done;
    const auto gone = work.file().notes.limit_letters(options_.dead_letter_limit);
    if (!gone) return pass_on(gone);
    if (*gone == 0) return {};
    auto text = fmt::format("the oldest {} dead letters were removed: there were more than {}", *gone,
                            options_.dead_letter_limit);
    log::error("spool", "{}", text);
    return work.file().notes.add_event({options_.clock->now().wall, "dead letters removed", std::move(text)});
  });
}

SpoolResult<std::vector<DeadLetter>> Spool::Implementation::dead_letters(const std::string& sink,
                                                                         std::size_t at_most) {
  const std::lock_guard lock(disk_mutex_);
  auto stored = query<std::vector<StoredLetter>>([&] { return file_->notes.letters(sink, 0, at_most); });
  if (!stored) return pass_on(stored);
  std::vector<DeadLetter> out;
  for (StoredLetter& letter : *stored)
    out.push_back(std::move(letter.letter));
  return out;
}

SpoolResult<std::vector<SpoolEvent>> Spool::Implementation::events(std::size_t at_most) {
  const std::lock_guard lock(disk_mutex_);
  return query<std::vector<SpoolEvent>>([&] { return file_->notes.events(at_most); });
}

SqliteResult<> Spool::Implementation::replay(Work& work, const std::string& sink, std::size_t& rows) {
  constexpr std::size_t page = 1000;
  const auto measurement = [&](std::string_view name) { return work.file().series.definition(name); };
  Batch batch;
  const auto flush = [&]() -> SqliteResult<> {
    if (batch.rows.empty()) return {};
    rows += batch.rows.size();
    std::ranges::sort(batch.rows, before);
    return work.add_for(sink, std::exchange(batch, {}));
  };
  std::int64_t last = 0;
  while (true) {
    const auto letters = work.file().notes.letters(sink, last, page);
    if (!letters) return pass_on(letters);
    if (letters->empty()) return flush();
    for (const auto& [id, letter] : *letters) {
      last = id;
      auto parsed = parse_full_row_json(letter.payload, *options_.series, measurement, batch);
      if (!parsed && !batch.rows.empty()) {
        // Of another batch, or with other labels: one of its own.
        if (auto done = flush(); !done) return done;
        parsed = parse_full_row_json(letter.payload, *options_.series, measurement, batch);
      }
      if (!parsed) {
        batch = {};
        log::warning("spool", "dead letter of sink {} (batch {}, row {}) stays: {}", sink,
                     letter.origin.sequence, letter.row, parsed.error().text());
        continue;
      }
      if (auto done = work.file().notes.remove_letter(id); !done) return done;
    }
  }
}

SpoolResult<std::size_t> Spool::Implementation::replay_dead_letters(const std::string& sink) {
  const std::lock_guard lock(disk_mutex_);
  std::size_t rows = 0;
  auto done = transact([&](Work& work) {
    rows = 0;
    return replay(work, sink, rows);
  });
  if (!done) return pass_on(done);
  return rows;
}

// Told from memory, so that status never waits for the disk. What can't be read now is looked at after the
// next transaction.
void Spool::Implementation::look_at_notes() {
  auto summary = file_->notes.summary();
  if (!summary) return;
  const std::lock_guard lock(notes_mutex_);
  notes_ = std::move(*summary);
}

SpoolFigures Spool::Implementation::figures() const {
  SpoolFigures figures{.last_sequence = board_.last_sequence(),
                       .batches = board_.batches(),
                       .file_size = file_size_,
                       .gaps = gaps_,
                       .dead_letters = {},
                       .events = {}};
  const std::lock_guard lock(notes_mutex_);
  figures.dead_letters = notes_.dead_letters;
  figures.events = notes_.events;
  return figures;
}

std::uint64_t Spool::Implementation::dead_letters_of(const std::string& sink) const {
  const std::lock_guard lock(notes_mutex_);
  const auto found = std::ranges::find(notes_.dead_letters, sink, &SpoolFigures::DeadLetters::sink);
  return found == notes_.dead_letters.end() ? 0 : found->count;
}

}  // namespace collector
