#include "collector/app/reloader.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <system_error>
#include <thread>
#include <utility>

#include "collector/app/file_watch.h"
#include "collector/core/log.h"

namespace collector {
namespace {

using Steady = std::chrono::steady_clock;

constexpr Duration grace = std::chrono::seconds(1);

// An event that one side sets and the other one waits for and clears.
int make_event() {
  const int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (event < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return event;
}
void set(int event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(event, &one, sizeof one);
}
void clear(int event) {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = read(event, &count, sizeof count);
}

// A save is often several changes: waits for the end of them.
class Debounce {
 public:
  explicit Debounce(const Reloader::Pauses& pauses) : pauses_(pauses) {}

  void changed(Steady::time_point now) {
    if (!pending_) first_ = now;
    pending_ = true;
    last_ = now;
  }
  void reset() { pending_ = false; }
  bool pending() const { return pending_; }
  Steady::time_point end() const { return std::min(last_ + pauses_.quiet, first_ + pauses_.longest); }

 private:
  Reloader::Pauses pauses_;
  bool pending_ = false;
  Steady::time_point first_;
  Steady::time_point last_;
};

}  // namespace

// The descriptors are closed by whoever goes last.
struct Reloader::State {
  ~State() {
    close(ready);
    close(wake);
  }
  const int ready = make_event();
  const int wake = make_event();
  Load load;
  std::mutex mutex;
  std::optional<ReloadOutcome> outcome;
  std::uint64_t requests = 0;
  bool stopping = false;
};

// What the thread does.
class Reloader::Loader {
 public:
  Loader(State& state, Configuration in_force, Pauses pauses);
  void run();

 private:
  Checked<Configuration> load();
  void hand_over();
  void wait();

  State& state_;
  const Pauses pauses_;
  FileWatch watch_;
  std::vector<std::filesystem::path> files_;  // watched, sorted
  std::uint64_t answered_ = 0;                // requests
  std::optional<Configuration> known_;        // as last read; nothing: it was refused
  Debounce debounce_;
};

Reloader::Reloader(Load load, Configuration in_force) : Reloader(std::move(load), std::move(in_force), {}) {}

Reloader::Reloader(Load load, Configuration in_force, Pauses pauses) : state_(std::make_shared<State>()) {
  ready_ = state_->ready;
  state_->load = std::move(load);
  thread_.start("configuration", [state = state_, in_force = std::move(in_force), pauses]() mutable {
    Loader(*state, std::move(in_force), pauses).run();
  });
}

Reloader::~Reloader() {
  stop(grace);
}

std::uint64_t Reloader::request() {
  const std::lock_guard lock(state_->mutex);
  set(state_->wake);
  return ++state_->requests;
}

std::optional<ReloadOutcome> Reloader::take() {
  const std::lock_guard lock(state_->mutex);
  clear(state_->ready);
  return std::exchange(state_->outcome, std::nullopt);
}

void Reloader::ask_to_stop() {
  const std::lock_guard lock(state_->mutex);
  state_->stopping = true;
  set(state_->wake);
}

bool Reloader::stop(Duration at_most) {
  ask_to_stop();
  return thread_.join_or_leave(at_most);
}

Reloader::Loader::Loader(State& state, Configuration in_force, Pauses pauses)
    : state_(state), pauses_(pauses), files_(in_force.secret_files), debounce_(pauses) {
  if (!in_force.file.empty()) files_.push_back(in_force.file);
  std::ranges::sort(files_);
  watch_.watch(files_);
  known_ = std::move(in_force);
}

// Files that it names for the first time are watched, and it is read once more: nothing changes in between
// unseen.
Checked<Configuration> Reloader::Loader::load() {
  while (true) {
    watch_.changed();
    FoundConfiguration found = state_.load();
    std::vector<std::filesystem::path> named = std::move(found.files);
    // Where the file can't even be parsed, the secrets of the one before are as good a guess as any.
    if (!found.configuration) named.insert(named.end(), files_.begin(), files_.end());
    std::ranges::sort(named);
    named.erase(std::ranges::unique(named).begin(), named.end());
    const bool all_watched = std::ranges::includes(files_, named);
    if (named != files_) watch_.watch(named);
    files_ = std::move(named);
    if (all_watched) return std::move(found.configuration);
  }
}

void Reloader::Loader::hand_over() {
  std::uint64_t ticket = 0;
  {
    const std::lock_guard lock(state_.mutex);
    ticket = state_.requests;
  }
  const bool requested = ticket != std::exchange(answered_, ticket);
  auto configuration = load();
  const bool same = configuration && known_ && *configuration == *known_;
  known_.reset();
  if (configuration) known_ = *configuration;
  if (same && !requested) return;
  const std::lock_guard lock(state_.mutex);
  state_.outcome = ReloadOutcome{std::move(configuration), requested, ticket};
  set(state_.ready);
}

void Reloader::Loader::wait() {
  std::optional<Duration> at_most;
  if (debounce_.pending())
    at_most = debounce_.end() - Steady::now();
  else if (watch_.must_look())
    at_most = pauses_.look;
  int timeout = -1;
  if (at_most) {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(*at_most).count();
    timeout = static_cast<int>(std::max<std::int64_t>(milliseconds, 0));
  }
  std::array<pollfd, 2> events{{{state_.wake, POLLIN, 0}, {watch_.descriptor(), POLLIN, 0}}};
  // Where poll() itself does not work, this must not become a loop without a pause.
  if (poll(events.data(), events.size(), timeout) < 0 && errno != EINTR)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

void Reloader::Loader::run() {
  hand_over();
  while (true) {
    wait();
    bool requested = false;
    {
      const std::lock_guard lock(state_.mutex);
      if (state_.stopping) return;
      clear(state_.wake);
      requested = state_.requests != answered_;
    }
    if (watch_.changed()) debounce_.changed(Steady::now());
    const bool settled = debounce_.pending() && Steady::now() >= debounce_.end();
    if (!requested && !settled) continue;
    debounce_.reset();
    hand_over();
  }
}

}  // namespace collector
