// The state directory and the lock in it: one collector at a time writes there.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "collector/core/error.h"
#include "collector/core/time.h"

namespace collector {

// Creates the directory with mode 0700 when it is missing, and checks that files can be made in it.
Result<> prepare_state_directory(const std::filesystem::path& directory);

// Held for as long as the object lives, also released by the kernel when the process dies (flock).
class StateLock {
 public:
  StateLock(StateLock&& other) noexcept;
  StateLock& operator=(StateLock&&) = delete;
  ~StateLock();

  // Waits up to `patience` for another holder to go. No lock: `holder` says who has it ("pid 123"), or is
  // empty when the lock file can't be made (see error).
  struct Refusal {
    std::string holder;
    Error error;
  };
  static std::expected<StateLock, Refusal> acquire(const std::filesystem::path& directory, Duration patience);

 private:
  explicit StateLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace collector
