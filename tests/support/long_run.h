// How thorough a random test is: `scripts/test --full` sets COLLECTOR_TEST_LONG=1 for long runs.
#pragma once

#include <cstdlib>

namespace collector::test {

inline int usual_or_long(int usual, int long_run) {
  return std::getenv("COLLECTOR_TEST_LONG") == nullptr ? usual : long_run;
}

}  // namespace collector::test
