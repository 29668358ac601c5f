#include "collector/app/sampler_slot.h"

#include <algorithm>
#include <utility>

namespace collector {

const SamplerType& sampler_type_of(std::string_view name) {
  return *std::ranges::find(sampler_types(), name,
                            [](const SamplerType& type) { return type.component.name; });
}

SamplerSlot::SamplerSlot(const SamplerType& type, const SamplerConfiguration& configuration,
                         std::shared_ptr<SamplerSurroundings> surroundings, const Clock& clock)
    : type_(type),
      configuration_(configuration),
      surroundings_(std::move(surroundings)),
      clock_(clock),
      failure_log_(configuration.name),
      rejection_(configuration.name),
      warning_(configuration.name) {
  auto sampler = type.create(
      {surroundings_->files, surroundings_->series, configuration_.settings, clock, surroundings_->self});
  if (type.blocking)
    thread_ = std::make_unique<SamplerThread>(configuration_.name, std::move(sampler), surroundings_, clock);
  else
    sampler_ = std::move(sampler);
}

SamplerSlot::~SamplerSlot() = default;
SamplerSlot::SamplerSlot(SamplerSlot&&) noexcept = default;

void SamplerSlot::set_interval(Duration interval, BootTime now) {
  configuration_.interval = interval;
  next_ = std::min(next_, now + this->interval());
}

void SamplerSlot::set_least_interval(Duration least, BootTime now) {
  if (least == least_interval_) return;
  least_interval_ = least;
  next_ = std::min(next_, now + interval());
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
    failure_log_.clear(now, "samples again");
    take_remarks(sample.remarks, now);
    return &sample;
  }
  for (std::string* text : {&figures_.rejected_text, &figures_.warning, &figures_.notice})
    text->clear();
  if (result.error().kind == SampleError::Kind::absent) {
    if (!figures_.absent) log::info(name(), "this machine does not have it: {}", result.error().what);
    figures_.absent = true;
    // It may still appear (a module loaded, a sensor plugged in): look again now and then, silently.
    next_ = now + std::max<Duration>(interval(), std::chrono::minutes(10));
    return nullptr;
  }
  ++figures_.failures;
  figures_.last_error = result.error().what;
  failure_log_.report(now, result.error().what);
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
      rejection_text_ = "left out, all other values are kept: " + figures_.rejected_text;
    }
    rejection_.report(now, rejection_text_);
  } else {
    figures_.rejected_text.clear();
    rejection_.clear(now, "no value has to be left out any more");
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
    const Instant begin = clock_.now();
    sample_.taken = begin;
    const SampleResult result = sampler_->sample(sample_);
    const Instant end = clock_.now();
    sample_.end(end);
    return judge(result, sample_, end.boot - begin.boot);
  }
  if (const Sample* sample = collect()) return sample;
  if (due(now) && !thread_->ask(SamplerThread::Task::sample)) {
    figures_.last_error = "the kernel has not answered yet; the sampler's other values are still read";
    failure_log_.report(now.boot, figures_.last_error);
  }
  return nullptr;
}

const Sample* SamplerSlot::collect() {
  if (!thread_) return nullptr;
  const auto answer = thread_->take(sample_, Duration::zero());
  return answer ? judge(answer->result, sample_, answer->took) : nullptr;
}

SamplerSlot::Last SamplerSlot::finish(Duration timeout) {
  if (over_) return {Ending::over, nullptr};
  const Last last = thread_ ? finish_on_thread(timeout) : finish_here();
  over_ = last.ending == Ending::over;
  return last;
}

SamplerSlot::Last SamplerSlot::finish_here() {
  sample_.clear();
  sample_.taken = clock_.now();
  const SampleResult result = sampler_->finish(sample_);
  sample_.end(clock_.now());
  if (!result) judge(result, sample_, Duration::zero());
  if (!result || sample_.empty()) return {Ending::over, nullptr};
  return {Ending::sample, &sample_};
}

SamplerSlot::Last SamplerSlot::finish_on_thread(Duration timeout) {
  if (!type_.finishes || !thread_->started()) return {Ending::over, nullptr};
  while (true) {
    thread_->ask(SamplerThread::Task::finish);
    const auto answer = thread_->take(sample_, timeout);
    if (!answer) return {Ending::waiting, nullptr};
    const bool last = answer->task == SamplerThread::Task::finish;
    const Sample* sample = last && answer->result ? &sample_ : judge(answer->result, sample_, answer->took);
    if (last && (sample == nullptr || sample->empty())) return {Ending::over, nullptr};
    if (sample != nullptr) return {Ending::sample, sample};
  }
}

const Sample* SamplerSlot::sample_now(Duration timeout) {
  if (!thread_) {
    next_ = BootTime{};
    return poll(clock_.now());
  }
  thread_->ask(SamplerThread::Task::sample);
  if (const auto answer = thread_->take(sample_, timeout))
    return judge(answer->result, sample_, answer->took);
  return judge(failed("no answer within " + std::to_string(to_seconds(timeout)) + " s"), sample_, timeout);
}

}  // namespace collector
