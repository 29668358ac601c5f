#include "tests/bench/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace collector::bench {
namespace {

// The number after "name:" in a file of /proc; 0 when it is not there.
std::uint64_t number_in(const std::filesystem::path& file, const std::string& name) {
  std::ifstream stream(file);
  for (std::string word; stream >> word;) {
    if (word != name + ":") continue;
    std::uint64_t value = 0;
    stream >> value;
    return value;
  }
  return 0;
}

}  // namespace

Process::Process(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const int error = posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("can't start " + command.front());
}

Process::~Process() {
  if (ended_) return;
  kill(pid_, SIGTERM);
  for (int i = 0; i < 500 && !reap(WNOHANG); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (ended_) return;
  kill(pid_, SIGKILL);
  reap(0);
}

bool Process::reap(int options) {
  if (!ended_) ended_ = waitpid(pid_, &status_, options) == pid_;
  return ended_;
}

int Process::wait() {
  reap(0);
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

bool Process::running() const {
  return std::filesystem::exists(directory() / "smaps_rollup");
}

double Process::cpu_seconds() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0)
    throw std::runtime_error("the process is gone");
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

std::uint64_t Process::wake_ups() const {
  std::uint64_t sum = 0;
  for (const auto& task : std::filesystem::directory_iterator(directory() / "task"))
    sum += number_in(task.path() / "status", "voluntary_ctxt_switches");
  return sum;
}

std::vector<ThreadUse> Process::threads() const {
  std::vector<ThreadUse> all;
  for (const auto& task : std::filesystem::directory_iterator(directory() / "task")) {
    ThreadUse use;
    std::getline(std::ifstream(task.path() / "comm"), use.name);
    std::uint64_t run = 0;
    std::ifstream(task.path() / "schedstat") >> run;
    use.cpu = static_cast<double>(run) / 1e9;
    use.switches = number_in(task.path() / "status", "voluntary_ctxt_switches") +
                   number_in(task.path() / "status", "nonvoluntary_ctxt_switches");
    all.push_back(std::move(use));
  }
  return all;
}

double Process::peak_memory() const {
  return static_cast<double>(number_in(directory() / "status", "VmHWM")) * 1024;
}

void Process::forget_peak() const {
  std::ofstream(directory() / "clear_refs") << "5";
}

double Process::memory(const char* what) const {
  return static_cast<double>(number_in(directory() / "smaps_rollup", what)) * 1024;
}

}  // namespace collector::bench
