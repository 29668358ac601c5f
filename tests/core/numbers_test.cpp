#include "collector/core/numbers.h"

#include <gtest/gtest.h>

#include "collector/core/scanner.h"

namespace collector {
namespace {

TEST(Numbers, TakeTheWholeTextOrNothing) {
  EXPECT_EQ(parse_unsigned("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(parse_unsigned("18446744073709551616"), std::nullopt);
  EXPECT_EQ(parse_signed("-1"), -1);
  EXPECT_EQ(parse_real("0.25"), 0.25);
  for (const char* text : {"", " 1", "1 ", "+1", "0x10", "1e", "--1"}) {
    EXPECT_EQ(parse_unsigned(text), std::nullopt) << text;
    EXPECT_EQ(parse_signed(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_unsigned("-1"), std::nullopt);
}

TEST(Scanner, TakesLinesAndWords) {
  std::string_view text = "a  b\tc\n\nlast";
  auto line = next_line(text);
  ASSERT_TRUE(line);
  EXPECT_EQ(next_word(*line), "a");
  EXPECT_EQ(next_word(*line), "b");
  EXPECT_EQ(next_word(*line), "c");
  EXPECT_EQ(next_word(*line), std::nullopt);
  EXPECT_EQ(next_line(text), "");
  EXPECT_EQ(next_line(text), "last");
  EXPECT_EQ(next_line(text), std::nullopt);
}

}  // namespace
}  // namespace collector
