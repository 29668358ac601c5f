#include "collector/spool/queue_index.h"

#include <algorithm>

namespace collector {

void QueueIndex::load(Loaded loaded) {
  const std::lock_guard lock(mutex_);
  last_sequence_ = loaded.last_sequence;
  last_number_ = loaded.last_number;
  batches_ = loaded.batches;
  for (const std::int64_t id : loaded.waiters) {
    next_id_ = std::max(next_id_, id + 1);
    if (id != whoever_opens) leftover_.insert(id);
  }
  for (auto& [progress, waiting, oldest] : loaded.sinks) {
    next_id_ = std::max(next_id_, progress.id + 1);
    leftover_.erase(progress.id);
    Waiter& sink = sinks_[progress.name];
    sink.progress = progress;
    sink.stored = std::move(progress);
    sink.limits = {.age = {}, .size = 0};
    sink.waiting = waiting;
    sink.oldest = oldest;
  }
  whoever_has_rows_ = true;
  hold();
}

void QueueIndex::hold() {
  whoever_.wait_for_all = 0;
  whoever_.retired = 0;
  ++whoever_.edition;
  whoever_has_rows_ = true;
}

void QueueIndex::configure(std::span<const std::pair<std::string, SinkLimits>> sinks,
                           std::span<const std::string> opening) {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Waiter> configured;
  for (const auto& [name, limits] : sinks) {
    Waiter sink;
    if (const auto kept = sinks_.find(name); kept != sinks_.end()) {
      sink = std::move(kept->second);
      sinks_.erase(kept);
    } else if (const auto back = removed_.find(name); back != removed_.end()) {
      // It goes on where it was; what was appended in between waits for it too.
      sink = std::move(back->second);
      removed_.erase(back);
      sink.wait_for_all = sink.progress.confirmed;
      ++sink.edition;
    } else {
      sink.progress.id = next_id_++;
      sink.progress.name = name;
      sink.wait_for_all = 0;
    }
    sink.limits = limits;
    configured.insert_or_assign(name, std::move(sink));
  }
  for (auto& [name, sink] : sinks_)
    removed_.insert_or_assign(name, std::move(sink));
  sinks_ = std::move(configured);
  configured_ = true;
  std::erase_if(opening_, [&](const std::string& name) { return !sinks_.contains(name); });
  opening_.insert(opening.begin(), opening.end());
  if (!opening.empty()) hold();
  forget_recent();
}

void QueueIndex::opened(const std::string& sink) {
  const std::lock_guard lock(mutex_);
  opening_.erase(sink);
}

const QueueIndex::Waiter* QueueIndex::find(const std::string& sink) const {
  const auto found = sinks_.find(sink);
  return found == sinks_.end() ? nullptr : &found->second;
}
QueueIndex::Waiter* QueueIndex::find(const std::string& sink) {
  const auto found = sinks_.find(sink);
  return found == sinks_.end() ? nullptr : &found->second;
}
QueueIndex::Waiter* QueueIndex::find(std::int64_t id) {
  if (id == whoever_opens) return &whoever_;
  for (auto* waiters : {&sinks_, &removed_})
    for (auto& [name, waiter] : *waiters)
      if (waiter.progress.id == id) return &waiter;
  return nullptr;
}

std::uint64_t QueueIndex::last_sequence() const {
  const std::lock_guard lock(mutex_);
  return last_sequence_;
}
std::uint64_t QueueIndex::last_number() const {
  const std::lock_guard lock(mutex_);
  return last_number_;
}
std::uint64_t QueueIndex::batches() const {
  const std::lock_guard lock(mutex_);
  return batches_;
}

SinkCursor QueueIndex::cursor(const std::string& sink) const {
  const std::lock_guard lock(mutex_);
  const Waiter* found = find(sink);
  if (found == nullptr) return {.sink = sink, .number = 0, .sequence = 0, .token = {}};
  return {sink, found->progress.confirmed, found->progress.sequence, found->progress.token};
}

BacklogFigures QueueIndex::backlog(const std::string& sink) const {
  const std::lock_guard lock(mutex_);
  const Waiter* found = find(sink);
  if (found == nullptr) return {};
  return {.batches = found->waiting.batches,
          .rows = found->waiting.rows,
          .bytes = found->waiting.bytes,
          .oldest = found->waiting.batches == 0 ? std::nullopt : found->oldest,
          .dropped_rows = found->progress.dropped_rows};
}

bool QueueIndex::was_dropped(std::uint64_t sequence, const std::string& sink) const {
  const std::lock_guard lock(mutex_);
  const Waiter* found = find(sink);
  return found != nullptr && found->progress.floor > found->progress.confirmed &&
         std::ranges::any_of(sinks_, [&](const auto& other) {
           return other.first != sink && other.second.progress.sequence >= sequence;
         });
}

void QueueIndex::confirm(const std::string& sink, std::uint64_t number, std::string token) {
  const std::lock_guard lock(mutex_);
  Waiter* found = find(sink);
  if (found == nullptr) return;
  found->progress.token = std::move(token);
  if (number <= found->progress.confirmed) return;
  std::uint64_t known_through = 0;
  auto& in_flight = found->in_flight;
  for (; !in_flight.empty() && in_flight.front().number <= number; in_flight.pop_front()) {
    known_through = in_flight.front().number;
    found->waiting.subtract(in_flight.front());
    found->progress.sequence = std::max(found->progress.sequence, in_flight.front().sequence);
  }
  // More than it was given: the next transaction counts.
  if (in_flight.empty() && known_through != number) found->recount = true;
  found->progress.confirmed = number;
  forget_recent();
}

bool QueueIndex::pending_in_sinks() const {
  return (configured_ && !removed_.empty()) || std::ranges::any_of(sinks_, [](const auto& named) {
           const Waiter& sink = named.second;
           return sink.progress != sink.stored || sink.recount || sink.wait_for_all;
         });
}

bool QueueIndex::confirmations_pending() const {
  const std::lock_guard lock(mutex_);
  return pending_in_sinks();
}

bool QueueIndex::anything_pending() const {
  const std::lock_guard lock(mutex_);
  return pending_in_sinks() || !leftover_.empty() || (whoever_has_rows_ && !is_held()) ||
         std::ranges::any_of(sinks_, [](const auto& named) {
           return named.second.retired < named.second.progress.confirmed;
         });
}

void QueueIndex::wait(const std::string& sink, std::uint64_t number, Duration at_most) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] {
    const Waiter* found = find(sink);
    return interrupted_ || woken_.contains(sink) || (found != nullptr && found->waiting.newest > number);
  };
  // Beyond a year the clock's arithmetic could overflow.
  changed_.wait_for(lock, std::clamp<Duration>(at_most, Duration::zero(), std::chrono::hours(24 * 365)),
                    ready);
  woken_.erase(sink);  // once: the runner that comes after it waits again
}

void QueueIndex::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  changed_.notify_all();
}

void QueueIndex::interrupt(const std::string& sink) {
  const std::lock_guard lock(mutex_);
  woken_.insert(sink);
  changed_.notify_all();
}

std::optional<std::vector<BatchPtr>> QueueIndex::read_recent(const std::string& sink, std::size_t max_rows) {
  const std::lock_guard lock(mutex_);
  Waiter* found = find(sink);
  if (found == nullptr) return std::vector<BatchPtr>{};
  if (found->recount || found->wait_for_all) return std::nullopt;
  std::vector<const AddedBatch*> waiting;
  for (const AddedBatch& each : recent_)
    if (each.waiting.number > found->progress.confirmed && each.waits_for(found->progress.id))
      waiting.push_back(&each);
  if (waiting.size() != found->waiting.batches) return std::nullopt;
  std::vector<BatchPtr> out;
  std::deque<WaitingBatch> in_flight;
  std::size_t rows = 0;
  for (const AddedBatch* each : waiting) {
    rows += each->batch->rows.size();
    if (!out.empty() && rows > max_rows) break;
    if (each->waiting.number > found->progress.handed) return std::nullopt;
    out.push_back(each->batch);
    in_flight.push_back(each->waiting);
  }
  found->in_flight = std::move(in_flight);
  if (!out.empty()) found->oldest = WallTime(std::chrono::milliseconds(batch_end_ms(*out.front())));
  return out;
}

void QueueIndex::handed_out(const std::string& sink, std::vector<WaitingBatch> batches,
                            std::optional<WallTime> oldest) {
  const std::lock_guard lock(mutex_);
  Waiter* found = find(sink);
  if (found == nullptr) return;
  found->in_flight.assign(batches.begin(), batches.end());
  if (oldest) found->oldest = oldest;
}

void QueueIndex::hand_without_storing(const std::string& sink, std::uint64_t through) {
  const std::lock_guard lock(mutex_);
  if (Waiter* found = find(sink)) found->progress.handed = std::max(found->progress.handed, through);
}

void QueueIndex::forget_recent() {
  const auto waits = [&](const AddedBatch& each) {
    return std::ranges::any_of(each.waiters, [&](std::int64_t id) {
      const Waiter* waiter = find(id);
      return waiter != nullptr && waiter != &whoever_ && waiter->progress.confirmed < each.waiting.number;
    });
  };
  while (!recent_.empty() && !waits(recent_.front()))
    recent_.pop_front();
}

}  // namespace collector
