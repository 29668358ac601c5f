// The seed of a random test: another one each time, or the one in COLLECTOR_TEST_SEED, to repeat a failure.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

namespace collector::test {

inline unsigned random_seed() {
  const char* fixed = std::getenv("COLLECTOR_TEST_SEED");
  const unsigned value =
      fixed != nullptr ? static_cast<unsigned>(std::strtoul(fixed, nullptr, 10)) : std::random_device{}();
  ::testing::Test::RecordProperty("seed", std::to_string(value));
  return value;
}

}  // namespace collector::test
