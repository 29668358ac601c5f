#include "collector/core/output_queue.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <system_error>
#include <utility>

#include "collector/core/detachable_thread.h"
#include "collector/core/line_ring.h"

namespace collector {
namespace {

using Steady = std::chrono::steady_clock;

struct Written {
  std::size_t bytes = 0;
  int error = 0;
};

// Waits for a descriptor that does not block by itself, as a shell may have left it. 0, or an errno.
int await_room(int descriptor) {
  pollfd event{descriptor, POLLOUT, 0};
  while (poll(&event, 1, -1) < 0)
    if (errno != EINTR) return errno;
  return 0;
}

Written write_all(int descriptor, std::string_view text) {
  Written done;
  while (done.bytes < text.size()) {
    const ssize_t size = ::write(descriptor, text.data() + done.bytes, text.size() - done.bytes);
    if (size > 0) {
      done.bytes += static_cast<std::size_t>(size);
      continue;
    }
    if (size < 0 && errno == EINTR) continue;
    done.error = size < 0 ? errno : EIO;
    if (done.error != EAGAIN) return done;
    done.error = await_room(descriptor);
    if (done.error != 0) return done;
  }
  return done;
}

}  // namespace

struct OutputQueue::State {
  State(int to, std::size_t bytes, LossText text)
      : descriptor(to),
        is_terminal(isatty(to) == 1),
        ring_bytes(bytes),
        ring(bytes),
        loss_text(std::move(text)) {}

  void make_room();
  void take_next();
  void account(const Written& written);
  void drain();

  const int descriptor;
  const bool is_terminal;  // when the process began
  const std::size_t ring_bytes;
  std::atomic<bool> queueing = false;
  mutable std::mutex mutex;
  std::condition_variable work;
  std::condition_variable idle;
  LineRing ring;
  const LossText loss_text;
  DetachableThread thread;
  bool ending = false;
  std::uint64_t lost = 0;
  std::uint64_t unsaid = 0;
  int error = 0;
  bool torn = false;  // the last write broke off within a line
  // What is under way.
  std::string text;
  std::uint64_t lines = 0;             // of the text that was queued
  std::uint64_t telling = 0;           // lost lines that the text tells of
  Steady::time_point writing_since{};  // zero: nothing is
};

// For the longest text, so that taking it never allocates. Pages that are not needed are not touched.
void OutputQueue::State::make_room() {
  constexpr std::size_t loss_line = 512;
  text.reserve(ring_bytes + loss_line);
}

// The oldest text, after what there is to say of lost ones.
void OutputQueue::State::take_next() {
  text = torn ? "\n" : "";
  telling = std::exchange(unsaid, 0);
  try {
    if (telling > 0) text += loss_text(telling, error);
  } catch (const std::bad_alloc&) {
    unsaid = std::exchange(telling, 0);  // another time
  }
  lines = ring.lines();
  ring.pop(text);
  lines -= ring.lines();
}

void OutputQueue::State::account(const Written& written) {
  error = written.error;
  if (written.bytes > 0) torn = text[written.bytes - 1] != '\n';
  if (error == 0) return;
  const std::uint64_t left = lines_in(std::string_view(text).substr(written.bytes));
  if (left > lines) unsaid += telling;  // the line that tells of them is among what is left
  lost += std::min(left, lines);
  unsaid += std::min(left, lines);
}

void OutputQueue::State::drain() {
  std::unique_lock lock(mutex);
  while (true) {
    work.wait(lock, [this] { return !ring.empty() || ending; });
    if (ring.empty()) return;
    take_next();
    writing_since = Steady::now();
    lock.unlock();
    const Written written = write_all(descriptor, text);
    lock.lock();
    writing_since = {};
    account(written);
    if (ring.empty()) idle.notify_all();
  }
}

OutputQueue::OutputQueue(int descriptor, std::size_t bytes, LossText loss_text)
    : state_(std::make_shared<State>(descriptor, bytes, std::move(loss_text))) {}

OutputQueue::~OutputQueue() {
  const std::lock_guard lock(state_->mutex);
  state_->ending = true;
  state_->work.notify_all();
}

void OutputQueue::begin_queueing() {
  const std::lock_guard lock(state_->mutex);
  state_->make_room();
  state_->queueing = true;
}

void OutputQueue::write(std::string_view text) {
  if (text.empty()) return;
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  if (!state.queueing) {
    state.text = text;
    state.lines = lines_in(text);
    state.account(write_all(state.descriptor, text));
    return;
  }
  const std::uint64_t lost = state.ring.push(text);
  state.lost += lost;
  state.unsaid += lost;
  if (!state.thread.started()) {
    try {
      state.thread.start("log", [shared = state_] { shared->drain(); });
    } catch (const std::system_error&) {
      return;  // no thread can be had now: the text waits, and the next one tries again
    }
  }
  state.work.notify_one();
}

bool OutputQueue::flush(Duration at_most) {
  State& state = *state_;
  if (!state.queueing) return true;  // and whoever writes may hold the lock for long
  std::unique_lock lock(state.mutex);
  const auto done = [&] { return state.ring.empty() && state.writing_since == Steady::time_point{}; };
  if (state.thread.started()) return state.idle.wait_for(lock, at_most, done);
  // Without its thread whoever flushes writes, as far as that can be done without waiting longer.
  const auto end = Steady::now() + at_most;
  while (!done()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Steady::now());
    pollfd event{state.descriptor, POLLOUT, 0};
    if (left.count() <= 0 || poll(&event, 1, static_cast<int>(left.count())) <= 0) return false;
    state.take_next();
    state.account(write_all(state.descriptor, state.text));
  }
  return true;
}

OutputQueue::Figures OutputQueue::figures() const {
  const State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const bool writing = state.writing_since != Steady::time_point{};
  return {.lost = state.lost,
          .unsaid = state.unsaid + (writing ? state.telling : 0),
          .waiting = state.ring.lines(),
          .error = state.error,
          .hung_up = state.is_terminal && state.error == EIO,
          .stalled = writing ? Duration(Steady::now() - state.writing_since) : Duration{}};
}

}  // namespace collector
