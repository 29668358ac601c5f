#include "tests/faults/chaos.h"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace collector::test {

std::span<const Chaos::Step> Chaos::steps() {
  static constexpr std::array all{
      Step{"kill -9", &Chaos::kill_nine},
      Step{"terminate", &Chaos::terminate},
      Step{"edit", &Chaos::edit},
      Step{"broken edit", &Chaos::broken_edit},
      Step{"pause", &Chaos::pause_process},
      Step{"burst", &Chaos::burst},
      Step{"sink locked", &Chaos::sink_locked},
      Step{"sink slow", &Chaos::sink_slow},
      Step{"sink errors", &Chaos::sink_errors},
      Step{"sink read-only", &Chaos::sink_read_only},
      Step{"sink hung", &Chaos::sink_hung},
      Step{"sink disk full", &Chaos::sink_disk_full},
      Step{"rows refused", &Chaos::rows_refused},
      Step{"server slow", &Chaos::server_slow},
      Step{"server errors", &Chaos::server_errors},
      Step{"server hung", &Chaos::server_hung},
      Step{"server answers lost", &Chaos::server_answers_lost},
      Step{"network down", &Chaos::network_down},
      Step{"rtnetlink slow", &Chaos::rtnetlink_slow},
      Step{"state full", &Chaos::state_full},
      Step{"state stalled", &Chaos::state_stalled},
      Step{"state errors", &Chaos::state_errors},
      Step{"state read-only", &Chaos::state_read_only},
      Step{"state mounted read-only", &Chaos::state_mounted_read_only},
      Step{"spool removed", &Chaos::spool_removed},
      Step{"history restored", &Chaos::history_restored},
      Step{"clock forward", &Chaos::clock_forward},
      Step{"clock back", &Chaos::clock_back},
      Step{"clock wrong at start", &Chaos::clock_wrong_at_start},
      Step{"suspended", &Chaos::suspended},
      Step{"hot-plug", &Chaos::hot_plug},
      Step{"renamed", &Chaos::renamed},
      Step{"made again", &Chaos::made_again},
      Step{"short-lived", &Chaos::short_lived},
      Step{"series table full", &Chaos::series_table_full},
      Step{"stderr stalled", &Chaos::stderr_stalled},
      Step{"descriptors exhausted", &Chaos::descriptors_exhausted},
      Step{"memory limited", &Chaos::memory_limited},
  };
  return all;
}

const Chaos::Step& Chaos::step(std::string_view name) {
  // Takes too long for every other sequence.
  static constexpr Step long_one{"short-lived, two hundred", &Chaos::two_hundred_short_lived};
  if (name == long_one.name) return long_one;
  const auto found = std::ranges::find_if(steps(), [&](const Step& step) { return step.name == name; });
  if (found == steps().end()) throw std::runtime_error("no step " + std::string(name));
  return *found;
}

Chaos::~Chaos() {
  for (const Lasting& fault : lasting_)
    fault.lift();
}

void Chaos::act(const Step& step, std::uint64_t seed) {
  random_.seed(seed);
  for (Lasting& fault : lasting_)
    --fault.steps;
  lift([](const Lasting& fault) { return fault.steps <= 0; });
  world_.keep_running();
  (this->*step.act)();
  run_for(std::chrono::milliseconds(draw(10, 350)));
  world_.keep_running();
}

void Chaos::calm() {
  lift([](const Lasting&) { return true; });
}

bool Chaos::free(const std::string& subject) const {
  return std::ranges::none_of(lasting_, [&](const Lasting& fault) { return fault.subject == subject; });
}

void Chaos::last(Lasting fault) {
  lasting_.push_back(std::move(fault));
  set_excuses();
}

void Chaos::set_excuses() {
  std::set<int> exit_codes;
  for (const Lasting& fault : lasting_)
    exit_codes.insert(fault.excuses.begin(), fault.excuses.end());
  world_.excuse(std::move(exit_codes));
}

void Chaos::lift(const std::function<bool(const Lasting&)>& which) {
  for (const Lasting& fault : lasting_)
    if (which(fault)) fault.lift();
  std::erase_if(lasting_, which);
  // What ended while it was excused is seen to before the excuse goes.
  world_.keep_running();
  set_excuses();
}

void Chaos::run_for(std::chrono::milliseconds time) const {
  std::this_thread::sleep_for(time);
}

}  // namespace collector::test
