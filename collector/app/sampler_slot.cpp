#include "collector/app/sampler_slot.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace collector {
namespace {

// A thread that is not stuck gets this long to finish its sample when its slot is destroyed.
constexpr Duration thread_grace = std::chrono::seconds(1);

}  // namespace

const SamplerType& sampler_type_of(std::string_view name) {
  return *std::ranges::find(sampler_types(), name,
                            [](const SamplerType& type) { return type.component.name; });
}

// The state is shared with the thread, so that a thread that never comes back from the kernel can be left
// alone.
class SamplerSlot::Thread {
 public:
  Thread(const std::string& name, std::unique_ptr<Sampler> sampler,
         std::shared_ptr<SamplerSurroundings> surroundings, const Clock& clock)
      : name_(name), state_(std::make_shared<State>()) {
    state_->surroundings = std::move(surroundings);
    state_->sampler = std::move(sampler);
    state_->clock = &clock;
  }
  ~Thread() { end(thread_grace); }

  // A sample that is not finished within `patience` is left to its thread.
  void end(Duration patience) {
    if (!thread_.joinable()) return;
    bool idle = false;
    {
      std::unique_lock lock(state_->mutex);
      idle = state_->changed.wait_for(lock, patience, [&] { return !state_->asked; });
      state_->ending = true;
    }
    state_->changed.notify_all();
    if (idle)
      thread_.join();
    else
      thread_.detach();
  }

  Sampler& sampler() { return *state_->sampler; }
  bool needs_second_reading() const {
    const std::lock_guard lock(state_->mutex);
    return !state_->asked && state_->sampler->needs_second_reading();
  }

  // Starts a sample; false when one is still under way.
  bool ask() {
    if (!thread_.joinable()) {
      thread_ = std::thread([state = state_] { run(*state); });
      // Names of threads are 15 characters at most.
      pthread_setname_np(thread_.native_handle(), ("read/" + name_).substr(0, 15).c_str());
    }
    {
      const std::lock_guard lock(state_->mutex);
      if (state_->asked) return false;
      if (state_->finished) return true;
      state_->asked = true;
    }
    state_->changed.notify_all();
    return true;
  }

  // Takes the finished sample, if there is one within `patience`.
  bool take(Sample& sample, SampleResult& result, Duration& took, Duration patience) {
    std::unique_lock lock(state_->mutex);
    if (patience > Duration::zero())
      state_->changed.wait_for(lock, patience, [&] { return state_->finished; });
    if (!state_->finished) return false;
    std::swap(sample, state_->sample);
    result = std::move(state_->result);
    took = state_->took;
    state_->finished = false;
    return true;
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::shared_ptr<SamplerSurroundings> surroundings;
    std::unique_ptr<Sampler> sampler;  // the thread's alone while `asked`
    const Clock* clock = nullptr;      // not touched any more once `ending`
    bool asked = false;                // a sample is wanted or under way
    bool finished = false;             // `sample` and `result` are there to be taken
    bool ending = false;
    Sample sample;
    SampleResult result;
    Duration took{};
  };

  static void run(State& state) {
    Sample sample;
    std::unique_lock lock(state.mutex);
    while (true) {
      state.changed.wait(lock, [&] { return state.asked || state.ending; });
      if (state.ending) return;
      sample.clear();
      sample.taken = state.clock->now();
      lock.unlock();
      SampleResult result = state.sampler->sample(sample);
      lock.lock();
      if (state.ending) return;
      const Duration took = state.clock->now().boot - sample.taken.boot;
      std::swap(sample, state.sample);
      state.result = std::move(result);
      state.took = took;
      state.asked = false;
      state.finished = true;
      state.changed.notify_all();
    }
  }

  const std::string name_;
  std::shared_ptr<State> state_;
  std::thread thread_;
};

SamplerSlot::SamplerSlot(const SamplerType& type, const SamplerConfiguration& configuration,
                         std::shared_ptr<SamplerSurroundings> surroundings, const Clock& clock)
    : type_(type),
      configuration_(configuration),
      surroundings_(std::move(surroundings)),
      clock_(clock),
      trouble_(configuration.name),
      rejection_(configuration.name),
      warning_(configuration.name) {
  auto sampler = type.create(
      {surroundings_->files, surroundings_->series, configuration_.settings, clock, surroundings_->self});
  if (type.blocking)
    thread_ = std::make_unique<Thread>(configuration_.name, std::move(sampler), surroundings_, clock);
  else
    sampler_ = std::move(sampler);
}

SamplerSlot::~SamplerSlot() = default;
SamplerSlot::SamplerSlot(SamplerSlot&&) noexcept = default;

void SamplerSlot::set_interval(Duration interval, BootTime now) {
  configuration_.interval = interval;
  next_ = std::min(next_, now + interval);
}

void SamplerSlot::release() {
  if (thread_) thread_->end(Duration::zero());
}

Sampler& SamplerSlot::sampler() {
  return sampler_ ? *sampler_ : thread_->sampler();
}

bool SamplerSlot::needs_second_reading() const {
  return sampler_ ? sampler_->needs_second_reading() : thread_->needs_second_reading();
}

bool SamplerSlot::due(Instant now) {
  // A timer may fire a little early or late: a tick within a tenth of the interval before the due time
  // counts.
  if (now.boot + interval() / 10 < next_) return false;
  next_ = next_ + interval() > now.boot ? next_ + interval() : now.boot + interval();
  return true;
}

const Sample* SamplerSlot::judge(const SampleResult& result, const Sample& sample, Duration took) {
  figures_.last_duration = took;
  const BootTime now = clock_.now().boot;
  if (result) {
    ++figures_.samples;
    figures_.absent = false;
    figures_.last_error.clear();
    trouble_.clear(now, "samples again");
    take_remarks(sample.remarks, now);
    return &sample;
  }
  for (std::string* text : {&figures_.rejected_text, &figures_.warning, &figures_.notice})
    text->clear();
  if (result.error().kind == SampleError::Kind::absent) {
    if (!figures_.absent)
      log::info(name(), "left out, this machine does not have it: {}", result.error().what);
    figures_.absent = true;
    // It may still appear (a module loaded, a sensor plugged in): look again now and then, silently.
    next_ = now + std::max<Duration>(interval(), std::chrono::minutes(10));
    return nullptr;
  }
  ++figures_.failures;
  figures_.last_error = result.error().what;
  trouble_.report(now, result.error().what);
  return nullptr;
}

// Said when it begins, when it changes and when it is over; status has it for as long as it lasts.
void SamplerSlot::take_remarks(const Remarks& remarks, BootTime now) {
  figures_.rejected += remarks.rejected();
  if (remarks.rejected() > 0) {
    figures_.rejected_text = remarks.rejected_text();
    // The same fields with other numbers are no news.
    if (remarks.rejected_names() != rejected_names_) {
      rejected_names_ = remarks.rejected_names();
      rejection_text_ = "left out, the rest stays: " + figures_.rejected_text;
    }
    rejection_.report(now, rejection_text_);
  } else {
    figures_.rejected_text.clear();
    rejection_.clear(now, "nothing has to be left out any more");
  }
  figures_.warning = remarks.warning();
  if (!figures_.warning.empty())
    warning_.report(now, figures_.warning);
  else
    warning_.clear(now, "there is something to report");
  if (figures_.notice == remarks.notice()) return;
  figures_.notice = remarks.notice();
  // Things that come and go all the time must not make a line each time.
  if (figures_.notice.empty() || now < next_notice_) return;
  log::info(name(), "{}", figures_.notice);
  next_notice_ = now + std::chrono::minutes(1);
}

const Sample* SamplerSlot::poll(Instant now) {
  if (!thread_) {
    if (!due(now)) return nullptr;
    sample_.clear();
    sample_.taken = clock_.now();
    const SampleResult result = sampler_->sample(sample_);
    return judge(result, sample_, clock_.now().boot - sample_.taken.boot);
  }
  SampleResult result;
  Duration took{};
  const bool taken = thread_->take(sample_, result, took, Duration::zero());
  if (due(now) && !thread_->ask()) {
    figures_.last_error = "no answer yet from the kernel; its other figures go on";
    trouble_.report(now.boot, figures_.last_error);
  }
  return taken ? judge(result, sample_, took) : nullptr;
}

const Sample* SamplerSlot::finish() {
  if (!sampler_) return nullptr;
  sample_.clear();
  sample_.taken = clock_.now();
  const SampleResult result = sampler_->finish(sample_);
  if (!result) return judge(result, sample_, Duration::zero());
  return sample_.readings().empty() ? nullptr : &sample_;
}

const Sample* SamplerSlot::sample_now(Duration patience) {
  if (!thread_) {
    next_ = BootTime{};
    return poll(clock_.now());
  }
  SampleResult result;
  Duration took{};
  thread_->ask();
  if (thread_->take(sample_, result, took, patience)) return judge(result, sample_, took);
  return judge(failed("no answer within " + std::to_string(to_seconds(patience)) + " s"), sample_, patience);
}

}  // namespace collector
