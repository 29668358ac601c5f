// What happens to the process: signals, limits, clocks.
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <stdexcept>

#include "collector/cli/exit_code.h"
#include "tests/faults/chaos.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

// Lowers a limit of a running process for as long as the returned function is not called.
std::function<void()> limit(pid_t pid, __rlimit_resource resource, rlim_t to) {
  rlimit before{};
  if (prlimit(pid, resource, nullptr, &before) != 0) return [] {};
  const rlimit lowered{to, before.rlim_max};
  prlimit(pid, resource, &lowered, nullptr);
  return [pid, resource, before] { prlimit(pid, resource, &before, nullptr); };
}

rlim_t open_descriptors(pid_t pid) {
  rlim_t highest = 0;
  std::error_code gone;
  std::filesystem::directory_iterator entry("/proc/" + std::to_string(pid) + "/fd", gone);
  for (; !gone && entry != std::filesystem::directory_iterator(); entry.increment(gone))
    highest = std::max<rlim_t>(highest, std::stoul(entry->path().filename().string()));
  return highest + 1;
}

rlim_t address_space(pid_t pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  rlim_t pages = 0;
  statm >> pages;
  return pages * 4096;
}

}  // namespace

bool Chaos::draws_a_kill() {
  return draw(0, 1) == 0;
}

void Chaos::end_process() {
  draws_a_kill() ? world_.kill_nine() : world_.terminate();
}

void Chaos::kill_nine() {
  world_.kill_nine();
  world_.start();
}

void Chaos::terminate() {
  world_.terminate();
  world_.start();
}

void Chaos::pause_process() {
  world_.process().signal(SIGSTOP);
  run_for(std::chrono::milliseconds(draw(500, 3500)));
  world_.process().signal(SIGCONT);
}

void Chaos::clock_forward() {
  world_.controls().step_wall_clock(std::chrono::milliseconds(draw(1, 7'200'000)));
}

void Chaos::clock_back() {
  world_.controls().step_wall_clock(-std::chrono::milliseconds(draw(1, 7'200'000)));
}

// A dead battery: another year, to come or past, until the network tells the time, or the next start. Sinks
// keep 30 days.
void Chaos::clock_wrong_at_start() {
  const auto off = std::chrono::hours(24) * draw(100, 3650) * (draw(0, 3) == 0 ? -1 : 1);
  end_process();
  world_.controls().step_wall_clock(off);
  world_.start();
  run_for(std::chrono::milliseconds(draw(300, 2500)));
  const bool ends_first = draw(0, 1) == 0;
  if (ends_first) end_process();
  world_.controls().step_wall_clock(-off);
  if (ends_first) world_.start();
}

// A process gets a time namespace's boot time when it starts.
void Chaos::suspended() {
  end_process();
  world_.suspend(std::chrono::seconds(draw(1, 7200)));
  world_.start();
}

// Nobody reads what it says, and it says something: it goes on, and a stop signal ends it.
void Chaos::stderr_stalled() {
  const int steps = draw(1, 4);
  const bool ends = draw(0, 2) == 0;
  if (!free("stderr")) return;
  world_.stall_stderr(true);
  last({"stderr", steps, [this] { world_.stall_stderr(false); }});
  world_.hang_up();
  if (!ends) return;
  run_for(std::chrono::milliseconds(draw(0, 300)));
  world_.terminate();
  world_.start();
}

void Chaos::descriptors_exhausted() {
  const int steps = draw(1, 3);
  if (!free("descriptors")) return;
  world_.await_begun();  // before that it ends in ways of its own
  const pid_t pid = world_.process().pid();
  // One that starts may find its configuration or its state directory unreadable.
  last({"descriptors",
        steps,
        limit(pid, RLIMIT_NOFILE, open_descriptors(pid)),
        {exit_code::resources, exit_code::state_directory, exit_code::configuration}});
}

// A sanitizer's own allocator ends the process where it gets no memory: there the limit shows nothing of the
// collector.
void Chaos::memory_limited() {
  if (COLLECTOR_SANITIZED || !free("memory")) return;
  world_.await_begun();  // what maps the program's libraries before that ends by itself in ways of its own
  const pid_t pid = world_.process().pid();
  const rlim_t size = address_space(pid) + static_cast<rlim_t>(draw(0, 512)) * 1024;
  last({"memory", draw(1, 2), limit(pid, RLIMIT_AS, size), {exit_code::resources}});
}

}  // namespace collector::test
