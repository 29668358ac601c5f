// The part of the board that belongs to transactions: what is to be stored, and what has been.
#include <algorithm>

#include "collector/spool/board.h"

namespace collector {

void CursorEdit::apply(Cursor& cursor) const {
  cursor.handed = std::max(cursor.handed, handed);
  if (drop_through != 0) cursor.drop_through(drop_through);
  cursor.dropped_rows += dropped_rows;
  cursor.removed_through = std::max(cursor.removed_through, removed_through);
  if (account_through != 0) cursor.account(account_from, account_through);
}

void BoardChange::edit(const CursorEdit& edit) {
  for (Cursor& cursor : cursors)
    if (cursor.sink == edit.sink) edit.apply(cursor);
  edits.push_back(edit);
}

BoardChange Board::plan() const {
  constexpr std::size_t removed_at_most = 512;  // a long backlog that is done with goes in steps
  const std::lock_guard lock(mutex_);
  BoardChange change;
  for (const auto& [name, sink] : sinks_) {
    change.cursors.push_back(sink.live);
    change.stored.push_back(sink.stored);
    if (!sink.live.has_hole() && !has_after(sink.live.sequence, name)) change.caught_up.push_back(name);
  }
  if (!configured_) return change;
  for (const auto& [name, cursor] : stored_only_)
    change.forgotten.push_back(name);
  for (const Entry& entry : entries_) {
    if (change.removed.size() == removed_at_most) break;
    if (needed(entry)) continue;
    change.removed.push_back(entry.sequence);
    if (entry.sink == 0) {
      change.removed_through = entry.sequence;
    } else {
      change.edit({.sink = names_[entry.sink - 1], .removed_through = entry.sequence});
    }
  }
  return change;
}

std::vector<DropRange> Board::limits(const BoardChange& change, std::uint64_t added_bytes,
                                     std::int64_t age_ms) const {
  const std::lock_guard lock(mutex_);
  std::vector<DropRange> out;
  for (const Cursor& cursor : change.cursors) {
    const auto found = sinks_.find(cursor.sink);
    if (found == sinks_.end()) continue;
    const BacklogLimit& limit = found->second.limit;
    const std::int64_t oldest_ms = std::chrono::floor<std::chrono::milliseconds>(limit.age).count();
    std::uint64_t waiting = added_bytes;
    for (std::size_t i = first_after(cursor.sequence); i < entries_.size(); ++i)
      if (concerns(entries_[i], cursor.sink) && !cursor.passed(entries_[i].sequence))
        waiting += entries_[i].bytes;
    const bool too_big = limit.size != 0 && waiting > limit.size;

    // Down to nine tenths of what is allowed, so that it is not done for each batch.
    DropRange range{cursor.sink, cursor.droppable_after(), 0};
    bool too_old = false;
    for (std::size_t i = first_after(range.after); i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      if (!concerns(entry, cursor.sink)) continue;
      const std::int64_t age = age_ms - entry.age_ms;
      too_old = too_old || (oldest_ms != 0 && age > oldest_ms);
      const bool drop = (too_big && waiting > limit.size / 10 * 9) || (too_old && age > oldest_ms / 10 * 9);
      if (!drop) break;
      range.through = entry.sequence;
      waiting -= entry.bytes;
    }
    if (range.through != 0) out.push_back(std::move(range));
  }
  return out;
}

void Board::apply(const BoardChange& change) {
  const std::lock_guard lock(mutex_);
  for (const Cursor& cursor : change.cursors)
    if (const auto found = sinks_.find(cursor.sink); found != sinks_.end()) found->second.stored = cursor;
  for (const CursorEdit& edit : change.edits) {
    const auto found = sinks_.find(edit.sink);
    if (found == sinks_.end()) continue;
    edit.apply(found->second.live);
    found->second.furthest = std::max(found->second.furthest, found->second.live.sequence);
  }
  for (const std::string& name : change.forgotten)
    stored_only_.erase(name);
  removed_through_ = std::max(removed_through_, change.removed_through);
  const auto gone = [&](const Entry& entry) {
    return std::ranges::binary_search(change.removed, entry.sequence) ||
           std::ranges::binary_search(change.lost, entry.sequence);
  };
  if (!change.removed.empty() || !change.lost.empty()) std::erase_if(entries_, gone);
  for (std::size_t i = 0; i < change.added.size(); ++i) {
    entries_.push_back(entry_of(change.added_summaries[i]));
    last_sequence_ = std::max(last_sequence_, change.added[i]->origin.sequence);
    recent_.add(change.added[i]);
  }
  forget_passed();
  if (!change.added.empty()) changed_.notify_all();
}

Board::Remains Board::start_over() {
  const std::lock_guard lock(mutex_);
  Remains remains;
  for (const BatchPtr& batch : recent_.batches())
    remains.batches.push_back(batch);
  const std::uint64_t kept_from =
      remains.batches.empty() ? last_sequence_ + 1 : remains.batches.front()->origin.sequence;
  for (auto& [name, sink] : sinks_) {
    DropRange lost{name, sink.live.sequence, 0};
    for (std::size_t i = first_after(lost.after); i < entries_.size() && entries_[i].sequence < kept_from;
         ++i)
      if (concerns(entries_[i], name) && !sink.live.passed(entries_[i].sequence))
        lost.through = entries_[i].sequence;
    if (sink.live.has_hole()) sink.live.move_to(sink.live.hole_from);
    if (lost.through != 0) remains.lost.push_back(std::move(lost));
    sink.stored = {};
  }
  stored_only_.clear();
  entries_.clear();
  recent_.clear();
  return remains;
}

}  // namespace collector
