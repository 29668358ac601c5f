// What a file of rows holds, as far as whole lines tell: used at open() only, to find out how far the target
// is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sinks/json/directory.h"

namespace collector::json_files {

// Lines are looked at up to the first one that is not a row of ours (torn by a crash, or damaged).
struct Tail {
  std::uint64_t complete = 0;  // the last batch that another one follows: all its rows are there; 0: none
  std::optional<std::uint64_t> last;  // the batch of the last line: perhaps not all its rows were written
  std::uint64_t last_begin = 0;       // offset of its first line
  std::uint64_t end = 0;              // offset behind the last whole line
  bool lines_follow = false;          // there are lines behind `end`: it is not only a torn end
};

// Fed with a file's bytes piece by piece.
class TailScanner {
 public:
  explicit TailScanner(std::uint64_t offset) { tail_.end = offset; }
  void feed(std::string_view bytes);
  const Tail& tail() const { return tail_; }

 private:
  void line(std::string_view text);

  Tail tail_;
  std::string begun_;  // a line whose end has not come yet
  bool bad_ = false;   // a line that is none was seen
};

// Whether a plain file has `offset` bytes, and a line ends there: not so where a power cut has left NUL
// bytes.
Outcome<bool> ends_line(const Directory& directory, const std::string& name, std::uint64_t offset);
// The whole lines of a plain file from `offset` on.
Outcome<Tail> scan_tail(const Directory& directory, const std::string& name, std::uint64_t offset);
// The last batch in a closed file, plain or compressed; nothing when it has none.
Outcome<std::optional<std::uint64_t>> last_batch(const Directory& directory, const FileName& name);

}  // namespace collector::json_files
