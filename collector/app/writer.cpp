#include "collector/app/writer.h"

#include <algorithm>
#include <utility>

#include "collector/core/log.h"

namespace collector {
namespace {

// A thread that is not stuck gets this long to finish when its writer is destroyed.
constexpr Duration writer_grace = std::chrono::seconds(1);

}  // namespace

Writer::Writer(Spool& spool, const Clock& clock)
    : spool_(spool), clock_(clock), state_(std::make_shared<State>()) {
  state_->figures.last = {spool.source(), spool.epoch(), spool.last_sequence()};
}

Writer::~Writer() {
  stop(writer_grace);
}

void Writer::start() {
  // Nothing of the writer itself: the thread may outlive it.
  thread_.start("writer", [state = state_, &spool = spool_, &clock = clock_, call = on_written_] {
    run(*state, spool, clock, call);
  });
}

bool Writer::can_accept() const {
  const std::lock_guard lock(state_->mutex);
  return !state_->waiting && !state_->stopping;
}

void Writer::submit(Batch batch, Baselines baselines) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->waiting = Submission{std::move(batch), std::move(baselines)};
  }
  state_->changed.notify_all();
}

void Writer::run(State& state, Spool& spool, const Clock& clock,
                 const std::function<void(const Batch&)>& on_written) {
  constexpr auto first_pause = std::chrono::seconds(1);
  constexpr auto longest_pause = std::chrono::seconds(30);
  log::RateLimitedWarning failure_log("spool");
  Duration pause = first_pause;
  std::unique_lock lock(state.mutex);
  while (true) {
    state.changed.wait(lock, [&] { return state.waiting || state.stopping; });
    if (!state.waiting) break;
    Submission submission = *std::exchange(state.waiting, std::nullopt);
    state.busy = true;
    while (true) {
      lock.unlock();
      auto stored = spool.append(submission.batch, submission.baselines);
      const Instant now = clock.now();
      if (stored) {
        failure_log.clear(now.boot, "rows are written to the spool again");
        if (on_written && *stored) on_written(**stored);
        lock.lock();
        ++state.figures.batches;
        state.figures.rows += *stored ? (*stored)->rows.size() : 0;
        if (*stored) state.figures.last = (*stored)->origin;
        state.figures.last_write = now.wall;
        state.figures.error.clear();
        state.figures.failing_since.reset();
        state.refused.reset();
        pause = first_pause;
        break;
      }
      failure_log.report(now.boot, stored.error().error.text());
      // This thread alone writes it, and nobody else may look at what is being appended.
      auto refused = state.refused ? nullptr : std::make_shared<const Batch>(submission.batch);
      lock.lock();
      if (refused) state.refused = std::move(refused);
      if (!state.figures.failing_since) state.figures.failing_since = now.wall;
      ++state.figures.failures;
      state.figures.error = stored.error().error.text();
      if (state.stopping) {
        // What waits behind must not be stored without it: its baselines lie past these rows. Those in the
        // spool still stand, and the next start recovers the counters from them.
        state.waiting.reset();
        state.figures.given_up = true;
        break;
      }
      state.changed.wait_for(lock, pause, [&] { return state.stopping; });
      pause = std::min<Duration>(pause * 2, longest_pause);
    }
    state.busy = false;
    state.changed.notify_all();
  }
}

bool Writer::drain(Duration at_most) {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, at_most, [&] { return !state_->waiting && !state_->busy; });
}

void Writer::ask_to_stop() {
  const std::lock_guard lock(state_->mutex);
  state_->stopping = true;
  state_->changed.notify_all();
}

bool Writer::stop(Duration at_most) {
  ask_to_stop();
  return thread_.join_or_leave(at_most) && !figures().given_up;
}

WriterFigures Writer::figures() const {
  const std::lock_guard lock(state_->mutex);
  WriterFigures figures = state_->figures;
  figures.idle = !state_->waiting && !state_->busy;
  if (!state_->refused) return figures;
  figures.waiting_rows = state_->refused->rows.size();
  if (state_->waiting) figures.waiting_rows += state_->waiting->batch.rows.size();
  return figures;
}

std::optional<Writer::Undurable> Writer::undurable() const {
  const std::lock_guard lock(state_->mutex);
  Undurable all{state_->figures.last, {}};
  if (!state_->waiting && !state_->busy) return all;
  if (!state_->refused) return std::nullopt;
  all.batches.push_back(state_->refused);
  if (state_->waiting) all.batches.push_back(std::make_shared<const Batch>(state_->waiting->batch));
  std::erase_if(all.batches, [](const auto& batch) { return batch->rows.empty(); });
  return all;
}

}  // namespace collector
