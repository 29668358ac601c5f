// The state directory and the lock in it: one collector at a time writes there.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "collector/core/error.h"
#include "collector/core/time.h"

namespace collector {

// Creates the directory with mode 0700 when it is missing, and checks that files can be made in it.
Result<> prepare_state_directory(const std::filesystem::path& directory);

// Lets members of the group pass through the directory to a socket in it, and read nothing there: the
// directory gets mode 0710, everything in it and everything this process makes from now on is for its owner
// alone. No group: 0700 again, where it was so opened.
Result<> open_to_group(const std::filesystem::path& directory, std::optional<std::uint32_t> group);

// Held for as long as the object lives, also released by the kernel when the process dies (flock). The file
// can be removed, and the directory moved, under its holder, who would not keep a second collector out then.
class StateLock {
 public:
  StateLock(StateLock&& other) noexcept;
  StateLock& operator=(StateLock&&) = delete;
  ~StateLock();

  // Waits up to `timeout` for another holder to go. No lock: `holder` says who has it ("pid 123"), or is
  // empty when the lock file can't be made (see error).
  struct Refusal {
    std::string holder;
    Error error;
  };
  static std::expected<StateLock, Refusal> acquire(const std::filesystem::path& directory, Duration timeout);

  // Sees whether the lock still is where others look for it; makes directory and file anew where they are
  // gone. An error when that can't be done, or when another collector has taken the directory meanwhile,
  // also if it has ended since: then is_lost() from now on. Called by one thread at a time.
  Result<> renew();
  bool is_lost() const { return *lost_; }  // from any thread

 private:
  StateLock(std::filesystem::path directory, int descriptor)
      : directory_(std::move(directory)), descriptor_(descriptor) {}

  std::filesystem::path directory_;
  int descriptor_;
  std::unique_ptr<std::atomic<bool>> lost_ = std::make_unique<std::atomic<bool>>(false);
};

}  // namespace collector
