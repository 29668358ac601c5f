// Statements of SQLite that fail when a test says so, as where a disk or memory fails for a moment.
#pragma once

#include <cstdint>

namespace collector::test {

// While it lives, of the connections that are opened in this process. One at a time.
class FailingStatement {
 public:
  FailingStatement();
  ~FailingStatement();
  FailingStatement(const FailingStatement&) = delete;
  FailingStatement& operator=(const FailingStatement&) = delete;

  // From now on the n-th one (n from 1) of all that differ fails, as one that takes too long; 0: none.
  void fail_at(std::uint64_t n);
  // Whether it came to that one.
  bool was_reached() const;
};

}  // namespace collector::test
