#include "tests/faults/fault_controls.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>

namespace collector::test {

FaultControls::FaultControls(const std::vector<std::filesystem::path>& directories) {
  const std::string path = (directory_ / "control").string();
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  void* mapped = MAP_FAILED;
  if (file >= 0 && ftruncate(file, sizeof(FaultControl)) == 0)
    mapped = mmap(nullptr, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file >= 0) close(file);
  if (mapped == MAP_FAILED) throw std::runtime_error(path + ": " + std::strerror(errno));
  control_ = new (mapped) FaultControl{};
  // LD_PRELOAD takes a space for the end of a name, and the project may lie below one.
  std::filesystem::create_symlink(COLLECTOR_FAULT_SHIM, shim_link());
  for (std::size_t i = 0; i < directories.size(); ++i) {
    const std::string prefix = directories[i].string() + "/";
    if (prefix.size() >= control_->rules.at(i).prefix.size())
      throw std::runtime_error(prefix + " is too long");
    std::strcpy(control_->rules.at(i).prefix.data(), prefix.c_str());
  }
}

FaultControls::~FaultControls() {
  munmap(control_, sizeof(FaultControl));
}

std::vector<std::pair<std::string, std::string>> FaultControls::environment() const {
  return {{"LD_PRELOAD", COLLECTOR_PRELOADED_BEFORE + shim_link().string()},
          {fault_control_variable, (directory_ / "control").string()}};
}

FaultRule& FaultControls::rule(const std::filesystem::path& directory) {
  for (FaultRule& candidate : control_->rules)
    if (candidate.prefix.data() == directory.string() + "/") return candidate;
  throw std::runtime_error("no fault rule for " + directory.string());
}

void FaultControls::put(const std::filesystem::path& directory, DiskFault fault) {
  const DiskFault before = rule(directory).fault.exchange(fault);
  if (before == DiskFault::none && fault != DiskFault::none) ++control_->active;
  if (before != DiskFault::none && fault == DiskFault::none) --control_->active;
}

void FaultControls::stall(const std::filesystem::path& directory) {
  put(directory, DiskFault::stall);
}
void FaultControls::slow_down(const std::filesystem::path& directory, std::chrono::milliseconds each_call) {
  rule(directory).delay_ms = static_cast<int>(each_call.count());
  put(directory, DiskFault::slow);
}
void FaultControls::fail(const std::filesystem::path& directory, int error) {
  rule(directory).error = error;
  put(directory, DiskFault::fail);
}
void FaultControls::lift(const std::filesystem::path& directory) {
  put(directory, DiskFault::none);
}

void FaultControls::slow_rtnetlink(std::chrono::milliseconds each_call) {
  control_->rtnetlink_delay_ms = static_cast<int>(each_call.count());
}

void FaultControls::step_wall_clock(std::chrono::nanoseconds by) {
  control_->wall_step += by.count();
}

}  // namespace collector::test
