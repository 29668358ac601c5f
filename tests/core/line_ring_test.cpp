#include "collector/core/line_ring.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace collector {
namespace {

std::string popped(LineRing& ring) {
  std::string text;
  ring.pop(text);
  return text;
}

TEST(LineRing, GivesBackWhatWasPutInInOrder) {
  LineRing ring(1024);
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.push("one\n"), 0U);
  EXPECT_EQ(ring.push("two\nthree\n"), 0U);
  EXPECT_EQ(ring.lines(), 3U);
  EXPECT_EQ(popped(ring), "one\n");
  EXPECT_EQ(popped(ring), "two\nthree\n");
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.lines(), 0U);
}

TEST(LineRing, TheOldestGoForANewOne) {
  LineRing ring(64);
  const std::string line(20, 'a');
  EXPECT_EQ(ring.push(line + "\nb\n"), 0U);
  EXPECT_EQ(ring.push("second\n"), 0U);
  EXPECT_EQ(ring.push(std::string(20, 'c') + "\n"), 2U) << "two lines in one text";
  EXPECT_EQ(popped(ring), "second\n");
  EXPECT_EQ(ring.push(std::string(100, 'd') + "\n"), 1U) << "larger than the ring: lost itself";
  EXPECT_EQ(popped(ring), std::string(20, 'c') + "\n");
}

// Against a plain model, over many wraps.
TEST(LineRing, CountsEveryLineOnce) {
  constexpr std::size_t size = 500;
  LineRing ring(size);
  std::mt19937 random(7);
  std::deque<std::string> model;
  std::uint64_t pushed = 0;
  std::uint64_t lost = 0;
  std::uint64_t taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 3 == 0 && !ring.empty()) {
      ASSERT_EQ(popped(ring), model.front());
      model.pop_front();
      ++taken;
      continue;
    }
    const std::string text = std::string(random() % 120, static_cast<char>('a' + i % 26)) + "\n";
    ++pushed;
    const std::uint64_t gone = ring.push(text);
    lost += gone;
    for (std::uint64_t k = 0; k < gone; ++k)
      model.pop_front();
    model.push_back(text);
    ASSERT_EQ(ring.lines(), model.size());
  }
  EXPECT_GT(lost, 0U);
  EXPECT_EQ(pushed, lost + taken + ring.lines());
}

}  // namespace
}  // namespace collector
