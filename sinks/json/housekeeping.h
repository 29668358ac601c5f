// Housekeeping: what happens to a JSON sink's closed files. Nothing here can make a write fail: what does not
// work is logged, and tried again after ten minutes, the next rotation or the next opening.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collector/core/time.h"
#include "sinks/json/directory.h"

namespace collector::json_files {

struct Keep {
  Duration age{};          // 0: no limit
  std::uint64_t size = 0;  // bytes of all files of the sink together; 0: no limit
};

class Housekeeping {
 public:
  // `log_name` stands before what is logged.
  Housekeeping(std::string sink, std::string log_name, bool compress, Keep keep)
      : sink_(std::move(sink)), log_name_(std::move(log_name)), compress_(compress), keep_(keep) {}

  // Before anything else is done in the directory: finishes or undoes what a crash has left half done.
  // Nothing that is not in another file as well is removed.
  Outcome<> repair(const Directory& directory) const;

  void due() { due_ = true; }  // a file was closed
  // Compresses at most one file, the oldest; when there are no more, deletes what is beyond the limits.
  // `live` is the file being written, never touched.
  void work(const Directory& directory, const std::string& live, WallTime now);

 private:
  bool compress_one(const Directory& directory, const std::string& live, WallTime now);
  void enforce_limits(const Directory& directory, const std::string& live, WallTime now);
  void complain(const SinkFailure& failure, WallTime now);

  std::string sink_;
  std::string log_name_;
  bool compress_;
  Keep keep_;
  bool due_ = true;
  std::optional<WallTime> again_;  // after a failure
};

}  // namespace collector::json_files
