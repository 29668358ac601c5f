// What a fuzz target asserts: stops the process, so that the fuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace collector::test {

inline void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace collector::test
