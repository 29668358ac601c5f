#include "collector/cli/target_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "collector/app/sink_set.h"
#include "collector/core/units.h"

namespace collector {
namespace {

// Shared with threads that may outlast the one who asked.
struct Questions {
  Configuration configuration;
  SystemClock clock;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::optional<TargetAnswer>> answers;

  bool complete() const {
    return std::ranges::all_of(answers, [](const auto& answer) { return answer.has_value(); });
  }
};

TargetAnswer ask(const SinkConfiguration& sink, const std::filesystem::path& state, const Clock& clock) {
  const auto found = probe(sink, state, clock);
  if (found) return {sink.name, true, *found};
  const SinkFailure& failure = found.error();
  return {sink.name, false, failure.remedy.empty() ? failure.what : failure.what + "; " + failure.remedy};
}

}  // namespace

TargetAnswers ask_targets(const Configuration& configuration, Duration timeout) {
  const auto questions = std::make_shared<Questions>();
  questions->configuration = configuration;
  questions->answers.resize(configuration.sinks.size());
  for (std::size_t i = 0; i < configuration.sinks.size(); ++i)
    std::thread([questions, i] {
      TargetAnswer answer =
          ask(questions->configuration.sinks[i], questions->configuration.state, questions->clock);
      const std::lock_guard lock(questions->mutex);
      questions->answers[i] = std::move(answer);
      questions->changed.notify_all();
    }).detach();
  std::unique_lock lock(questions->mutex);
  questions->changed.wait_for(lock, timeout, [&] { return questions->complete(); });
  TargetAnswers all{.answers = {}, .hangs = !questions->complete()};
  for (std::size_t i = 0; i < configuration.sinks.size(); ++i)
    all.answers.push_back(questions->answers[i].value_or(TargetAnswer{
        configuration.sinks[i].name, false,
        fmt::format("no answer within {}; check the address and the network", format_duration(timeout))}));
  return all;
}

}  // namespace collector
