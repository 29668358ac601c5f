// The test's end of the fault shim: which disk of the collector under test misbehaves, and by how much its
// wall clock is off.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/fault_shim/control.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

class FaultControls {
 public:
  // One rule per directory; a later fault names the directory again.
  explicit FaultControls(const std::vector<std::filesystem::path>& directories);
  ~FaultControls();
  FaultControls(const FaultControls&) = delete;
  FaultControls& operator=(const FaultControls&) = delete;

  // What a process is to be started with.
  std::vector<std::pair<std::string, std::string>> environment() const;

  void stall(const std::filesystem::path& directory);
  void slow_down(const std::filesystem::path& directory, std::chrono::milliseconds each_call);
  void fail(const std::filesystem::path& directory, int error);
  void lift(const std::filesystem::path& directory);

  // As if others held the kernel's RTNL lock whenever it is asked for something; zero: no more.
  void slow_rtnetlink(std::chrono::milliseconds each_call);
  std::int64_t rtnetlink_calls_met() const { return control_->rtnetlink_met; }

  std::int64_t calls_met() const { return control_->met; }  // by a disk's fault, so far

  void step_wall_clock(std::chrono::nanoseconds by);

  void stall_stderr(bool stalled) { control_->stderr_stalled = stalled ? 1 : 0; }
  std::int64_t stderr_writes_met() const { return control_->stderr_met; }
  // Errnos that the calls fail with from now on; 0: they work again.
  void fail_flock(int error) { control_->flock_error = error; }
  void fail_locks(int error) { control_->lock_error = error; }
  void fail_maps(int error) { control_->map_error = error; }
  void fail_poll(int error) { control_->poll_error = error; }

 private:
  FaultRule& rule(const std::filesystem::path& directory);
  void put(const std::filesystem::path& directory, DiskFault fault);

  std::filesystem::path shim_link() const { return directory_ / "shim.so"; }

  TemporaryDirectory directory_;
  FaultControl* control_ = nullptr;
};

}  // namespace collector::test
