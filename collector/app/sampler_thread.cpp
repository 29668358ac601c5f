#include "collector/app/sampler_thread.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "collector/app/sampler_slot.h"

namespace collector {
namespace {

// A thread that is not stuck gets this long to finish its sample when its slot is destroyed.
constexpr Duration thread_grace = std::chrono::seconds(1);

}  // namespace

struct SamplerThread::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<SamplerSurroundings> surroundings;
  std::unique_ptr<Sampler> sampler;  // the thread's alone while `asked`
  const Clock* clock = nullptr;      // not touched any more once `ending`
  bool asked = false;                // an answer is wanted or under way
  bool finished = false;             // `sample` and `answer` are there to be taken
  bool ending = false;
  Sample sample;
  Answer answer;
};

SamplerThread::SamplerThread(std::string name, std::unique_ptr<Sampler> sampler,
                             std::shared_ptr<SamplerSurroundings> surroundings, const Clock& clock)
    : name_(std::move(name)), state_(std::make_shared<State>()) {
  state_->surroundings = std::move(surroundings);
  state_->sampler = std::move(sampler);
  state_->clock = &clock;
}

SamplerThread::~SamplerThread() {
  end(thread_grace);
}

void SamplerThread::end(Duration timeout) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->changed.notify_all();
  thread_.join_or_leave(timeout);
}

Sampler& SamplerThread::sampler() const {
  return *state_->sampler;
}

bool SamplerThread::needs_second_reading() const {
  const std::lock_guard lock(state_->mutex);
  return !state_->asked && state_->sampler->needs_second_reading();
}

bool SamplerThread::awaited() const {
  const std::lock_guard lock(state_->mutex);
  return state_->asked || state_->finished;
}

bool SamplerThread::ask(Task task) {
  if (!thread_.started()) thread_.start("read/" + name_, [state = state_] { run(*state); });
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->asked) return false;
    if (state_->finished) return true;
    state_->answer.task = task;
    state_->asked = true;
  }
  state_->changed.notify_all();
  return true;
}

std::optional<SamplerThread::Answer> SamplerThread::take(Sample& sample, Duration timeout) {
  std::unique_lock lock(state_->mutex);
  if (timeout > Duration::zero()) state_->changed.wait_for(lock, timeout, [&] { return state_->finished; });
  if (!state_->finished) return std::nullopt;
  std::swap(sample, state_->sample);
  state_->finished = false;
  return std::move(state_->answer);
}

void SamplerThread::run(State& state) {
  Sample sample;
  std::unique_lock lock(state.mutex);
  while (true) {
    state.changed.wait(lock, [&] { return state.asked || state.ending; });
    if (state.ending) return;
    const Task task = state.answer.task;
    const Instant begin = state.clock->now();
    sample.clear();
    sample.taken = begin;
    lock.unlock();
    SampleResult result =
        task == Task::finish ? state.sampler->finish(sample) : state.sampler->sample(sample);
    lock.lock();
    if (state.ending) return;
    const Instant now = state.clock->now();
    sample.end(now);
    std::swap(sample, state.sample);
    state.answer = {task, std::move(result), now.boot - begin.boot};
    state.asked = false;
    state.finished = true;
    state.changed.notify_all();
    state.surroundings->answered.signal();
  }
}

}  // namespace collector
