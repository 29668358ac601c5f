#include "collector/spool/board.h"

#include <algorithm>

namespace collector {

bool Board::concerns(const Entry& entry, const std::string& sink) const {
  return entry.sink == 0 || names_[entry.sink - 1] == sink;
}

std::uint32_t Board::name_number(const std::string& sink) {
  if (sink.empty()) return 0;
  const auto found = std::ranges::find(names_, sink);
  const auto index = static_cast<std::uint32_t>(found - names_.begin());
  if (found == names_.end()) names_.push_back(sink);
  return index + 1;
}

Board::Entry Board::entry_of(const BatchSummary& summary) {
  return {summary.sequence, summary.ended_ms, summary.age_ms,
          summary.rows,     summary.bytes,    name_number(summary.only_sink)};
}

std::size_t Board::first_after(std::uint64_t sequence) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(entries_, sequence, {}, &Entry::sequence) -
                                  entries_.begin());
}

bool Board::has_after(std::uint64_t sequence, const std::string& sink) const {
  // From the end: what a waiting sink asks about is among the newest.
  for (auto entry = entries_.rbegin(); entry != entries_.rend() && entry->sequence > sequence; ++entry)
    if (concerns(*entry, sink)) return true;
  return false;
}

bool Board::needed(const Entry& entry) const {
  if (!configured_) return true;
  return std::ranges::any_of(sinks_, [&](const auto& named) {
    const Sink& sink = named.second;
    return concerns(entry, named.first) &&
           (!sink.live.passed(entry.sequence) || entry.sequence <= sink.needed_through);
  });
}

void Board::forget_passed() {
  while (!recent_.batches().empty()) {
    const std::uint64_t first = recent_.batches().front()->origin.sequence;
    const std::size_t at = first_after(first - 1);
    if (at < entries_.size() && entries_[at].sequence == first && needed(entries_[at])) return;
    recent_.forget_through(first);
  }
}

void Board::load(std::uint64_t last_sequence, std::uint64_t removed_through,
                 std::span<const BatchSummary> batches, std::vector<Cursor> stored) {
  const std::lock_guard lock(mutex_);
  last_sequence_ = last_sequence;
  removed_through_ = removed_through;
  for (const BatchSummary& batch : batches)
    entries_.push_back(entry_of(batch));
  for (Cursor& cursor : stored) {
    std::string name = cursor.sink;
    stored_only_.emplace(std::move(name), std::move(cursor));
  }
}

void Board::configure(std::span<const std::pair<std::string, BacklogLimit>> sinks) {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Sink> configured;
  for (const auto& [name, limit] : sinks) {
    Sink sink;
    if (const auto kept = sinks_.find(name); kept != sinks_.end()) {
      sink = std::move(kept->second);
      sinks_.erase(kept);
    } else if (const auto stored = stored_only_.find(name); stored != stored_only_.end()) {
      sink.live = sink.stored = std::move(stored->second);
      stored_only_.erase(stored);
    } else {
      sink.live.sink = name;
      const auto oldest = std::ranges::find(entries_, 0U, &Entry::sink);
      sink.live.move_to(oldest == entries_.end() ? last_sequence_ : oldest->sequence - 1);
    }
    sink.limit = limit;
    sink.furthest = std::max(sink.furthest, sink.live.sequence);
    configured.emplace(name, std::move(sink));
  }
  // Those that are gone retain nothing; their rows go with the next transaction.
  for (auto& [name, sink] : sinks_)
    stored_only_.insert_or_assign(name, std::move(sink.live));
  sinks_ = std::move(configured);
  configured_ = true;
  forget_passed();
}

std::uint64_t Board::last_sequence() const {
  const std::lock_guard lock(mutex_);
  return last_sequence_;
}

std::uint64_t Board::batches() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

Cursor Board::cursor(const std::string& sink) const {
  const std::lock_guard lock(mutex_);
  if (const auto found = sinks_.find(sink); found != sinks_.end()) return found->second.live;
  if (const auto stored = stored_only_.find(sink); stored != stored_only_.end()) return stored->second;
  Cursor unknown;
  unknown.sink = sink;
  return unknown;
}

bool Board::pending() const {
  const std::lock_guard lock(mutex_);
  if (configured_ && !stored_only_.empty()) return true;
  return std::ranges::any_of(sinks_,
                             [](const auto& named) { return named.second.live != named.second.stored; });
}

BacklogFigures Board::backlog(const std::string& sink) const {
  const std::lock_guard lock(mutex_);
  BacklogFigures figures;
  const auto found = sinks_.find(sink);
  if (found == sinks_.end()) return figures;
  const Cursor& cursor = found->second.live;
  figures.dropped_rows = cursor.dropped_rows;
  for (std::size_t i = first_after(cursor.sequence); i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (!concerns(entry, sink) || cursor.passed(entry.sequence)) continue;
    ++figures.batches;
    figures.rows += entry.rows;
    figures.bytes += entry.bytes;
    if (!figures.oldest) figures.oldest = WallTime(std::chrono::milliseconds(entry.ended_ms));
  }
  return figures;
}

std::uint64_t Board::kept_after(const std::string& sink) const {
  const std::lock_guard lock(mutex_);
  const auto found = sinks_.find(sink);
  if (found == sinks_.end()) return removed_through_;
  const Cursor& cursor = found->second.live;
  // Batches that fell off in a hole are deleted while older ones still wait: not a gap before the sink gets
  // there.
  return std::max({std::min(removed_through_, found->second.furthest), cursor.removed_through, cursor.floor});
}

bool Board::holds(std::uint64_t sequence, const std::string& sink) const {
  const std::lock_guard lock(mutex_);
  const std::size_t at = sequence == 0 ? entries_.size() : first_after(sequence - 1);
  if (at < entries_.size() && entries_[at].sequence == sequence) return true;
  const auto found = sinks_.find(sink);
  return found != sinks_.end() && found->second.live.in_hole(sequence) &&
         std::ranges::any_of(sinks_, [&](const auto& other) {
           return other.first != sink && other.second.live.handed >= sequence;
         });
}

void Board::advance(const std::string& sink, std::uint64_t sequence, std::string state) {
  const std::lock_guard lock(mutex_);
  const auto found = sinks_.find(sink);
  if (found == sinks_.end()) return;
  found->second.live.move_to(sequence);
  found->second.live.state = std::move(state);
  found->second.furthest = std::max(found->second.furthest, found->second.live.sequence);
  forget_passed();
}

void Board::keep_until_opened(const std::string& sink) {
  const std::lock_guard lock(mutex_);
  if (const auto found = sinks_.find(sink); found != sinks_.end())
    found->second.needed_through = last_sequence_;
}

void Board::opened(const std::string& sink) {
  const std::lock_guard lock(mutex_);
  const auto found = sinks_.find(sink);
  if (found == sinks_.end() || found->second.needed_through == 0) return;
  found->second.needed_through = 0;
  forget_passed();
}

void Board::wait(const std::string& sink, std::uint64_t sequence, Duration at_most) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return interrupted_ || woken_.contains(sink) || has_after(sequence, sink); };
  // Beyond a year the clock's arithmetic could overflow.
  changed_.wait_for(lock, std::clamp<Duration>(at_most, Duration::zero(), std::chrono::hours(24 * 365)),
                    ready);
  woken_.erase(sink);  // once: the runner that comes after it waits again
}

void Board::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  changed_.notify_all();
}

void Board::interrupt(const std::string& sink) {
  const std::lock_guard lock(mutex_);
  woken_.insert(sink);
  changed_.notify_all();
}

std::optional<std::vector<BatchPtr>> Board::read_recent(const std::string& sink, std::size_t max_rows) const {
  const std::lock_guard lock(mutex_);
  std::vector<BatchPtr> out;
  const auto found = sinks_.find(sink);
  if (found == sinks_.end()) return out;
  const Cursor& cursor = found->second.live;
  if (!has_after(cursor.sequence, sink)) return out;
  if (cursor.has_hole() || !recent_.covers(cursor.sequence)) return std::nullopt;
  std::size_t rows = 0;
  for (const BatchPtr& batch : recent_.batches()) {
    if (batch->origin.sequence <= cursor.sequence) continue;
    if (!batch->only_sink.empty() && batch->only_sink != sink) continue;
    rows += batch->rows.size();
    if (!out.empty() && rows > max_rows) break;
    if (batch->origin.sequence > cursor.handed) return std::nullopt;
    out.push_back(batch);
  }
  return out;
}

std::optional<ReadRange> Board::next_range(const std::string& sink, std::size_t max_rows) {
  const std::lock_guard lock(mutex_);
  const auto found = sinks_.find(sink);
  if (found == sinks_.end()) return std::nullopt;
  Cursor& cursor = found->second.live;
  while (true) {
    // A read ends at a hole: what is in flight lies on one side of it.
    const std::uint64_t end = cursor.has_hole() ? cursor.hole_from : last_sequence_;
    ReadRange range{cursor.sequence, 0, 0};
    std::size_t rows = 0;
    std::size_t taken = 0;
    std::size_t i = first_after(cursor.sequence);
    for (; i < entries_.size() && entries_[i].sequence <= end; ++i) {
      if (!concerns(entries_[i], sink)) continue;
      rows += entries_[i].rows;
      if (taken != 0 && rows > max_rows) break;
      range.through = entries_[i].sequence;
      ++taken;
    }
    if (taken == 0) {
      if (!cursor.has_hole()) return std::nullopt;
      cursor.move_to(cursor.hole_from);
      continue;
    }
    if (range.through > cursor.handed) {
      // Some more than are read now, so that catching up does not cost a transaction each time.
      range.mark_through = range.through;
      for (std::size_t ahead = 3 * taken; ahead > 0 && i < entries_.size() && entries_[i].sequence <= end;
           --ahead)
        range.mark_through = entries_[i++].sequence;
    }
    return range;
  }
}

}  // namespace collector
