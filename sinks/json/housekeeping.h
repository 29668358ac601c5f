// Housekeeping: what happens to a JSON sink's closed files. Nothing here can make a write fail: what does not
// work is logged, and tried again after ten minutes, the next rotation or the next opening.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/retention_clock.h"
#include "collector/core/time.h"
#include "sinks/json/directory.h"

namespace collector::json_files {

struct Keep {
  Duration age{};          // 0: no limit
  std::uint64_t size = 0;  // bytes of all files of the sink together; 0: no limit
};

// What is kept, and by which time; without a clock nothing is deleted by age.
struct Limits {
  Keep keep;
  Duration rotate{};  // how long a time a file covers
  RetentionClock* clock = nullptr;
};

class Housekeeping {
 public:
  // `log_name` stands before what is logged.
  Housekeeping(std::string sink, std::string log_name, bool compress, Limits limits)
      : sink_(std::move(sink)), log_name_(std::move(log_name)), compress_(compress), limits_(limits) {}

  // Before anything else is done in the directory: finishes or undoes what a crash has left half done.
  // Nothing that is not in another file as well is removed.
  Outcome<> repair(const Directory& directory) const;

  void due() { due_ = true; }  // a file was closed
  // Compresses at most one file, the oldest; when there are no more, deletes what is beyond the limits.
  // `live` is the file being written, never touched.
  void work(const Directory& directory, const std::string& live, Instant now);

  // What is kept because the time is not certain; empty: nothing.
  const std::string& held_back() const { return held_back_; }

 private:
  struct Kept {
    FileName name;
    std::uint64_t size = 0;
    bool gone = false;
  };
  bool compress_one(const Directory& directory, const std::string& live, Instant now);
  void enforce_limits(const Directory& directory, const std::string& live, Instant now);
  void enforce_age(const Directory& directory, std::vector<Kept>& files, const std::string& live,
                   Instant now);
  void enforce_size(const Directory& directory, std::vector<Kept>& files, const std::string& live,
                    Instant now);
  bool remove(const Directory& directory, Kept& file, Instant now);
  void hold_back(std::string text);
  void complain(const SinkFailure& failure, Instant now);

  std::string sink_;
  std::string log_name_;
  bool compress_;
  Limits limits_;
  bool due_ = true;
  std::optional<BootTime> again_;  // after a failure, or when more is to go than an hour allows
  std::string held_back_;
};

}  // namespace collector::json_files
