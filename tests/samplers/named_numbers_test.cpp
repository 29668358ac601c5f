#include "collector/samplers/named_numbers.h"

#include <gtest/gtest.h>

#include <array>

#include "collector/samplers/text.h"

namespace collector::test {
namespace {

using Numbers = std::array<std::optional<std::uint64_t>, 3>;
constexpr std::array<std::string_view, 3> names{"one", "two", "three"};

TEST(NamedNumbers, AreFoundInAnyOrderWithAndWithoutColonAndUnit) {
  Numbers numbers;
  Remarks remarks;
  read_named_numbers("three 3 and more\n\n  two:\t2 kB\nfour 4\none: 1\n", names, numbers, remarks);
  EXPECT_EQ(numbers, (Numbers{1, 2048, 3}));
}

TEST(NamedNumbers, ForgetWhatAnEarlierTextHad) {
  Numbers numbers{7, 7, 7};
  Remarks remarks;
  read_named_numbers("two 2\n", names, numbers, remarks);
  EXPECT_EQ(numbers, (Numbers{std::nullopt, 2, std::nullopt}));
}

TEST(NamedNumbers, IgnoreALineWithoutItsEnd) {
  Numbers numbers;
  Remarks remarks;
  read_named_numbers("one 11\ntwo 22", names, numbers, remarks);
  EXPECT_EQ(numbers, (Numbers{11, std::nullopt, std::nullopt}));
}

TEST(NamedNumbers, NamesMustBeWhole) {
  Numbers numbers;
  Remarks remarks;
  read_named_numbers("ones 1\non 1\none(a): 1\n: 1\n", names, numbers, remarks);
  EXPECT_EQ(numbers, Numbers{});
}

TEST(NamedNumbers, OneThatCantBeTrueIsAbsentAndItsNeighboursStay) {
  const auto rejected = [](std::string_view text) {
    Numbers numbers;
    Remarks remarks;
    read_named_numbers(text, names, numbers, remarks);
    EXPECT_EQ(numbers, (Numbers{1, std::nullopt, 3})) << text;
    EXPECT_EQ(remarks.rejected(), 1U);
    return remarks.rejected_text();
  };
  EXPECT_EQ(rejected("one 1\ntwo x\nthree 3\n"), "two is not a whole number: \"x\"");
  EXPECT_EQ(rejected("one 1\ntwo\nthree 3\n"), "two is not a whole number: \"\"");
  EXPECT_EQ(rejected("one 1\ntwo -1\nthree 3\n"), "two is not a whole number: \"-1\"");
  EXPECT_EQ(rejected("one 1\ntwo 18446744073709551616\nthree 3\n"),
            "two is not a whole number: \"18446744073709551616\"");
  EXPECT_EQ(rejected("one 1\ntwo 18446744073709551615 kB\nthree 3\n"),
            "two can't be true: \"18446744073709551615\" kB");
}

TEST(NamedNumbers, AGaugeHasALimit) {
  Remarks remarks;
  EXPECT_EQ(within(7, 7, "seven", remarks), 7);
  EXPECT_EQ(within(std::nullopt, 7, "seven", remarks), std::nullopt);
  EXPECT_EQ(remarks.rejected(), 0U);
  EXPECT_EQ(within(8, 7, "eight", remarks), std::nullopt);
  EXPECT_EQ(remarks.rejected_text(), "eight can't be true: 8");
}

TEST(Excerpt, ShowsForeignTextSafely) {
  EXPECT_EQ(excerpt("plain"), "\"plain\"");
  EXPECT_EQ(excerpt(std::string_view("a\0\n\xff", 4)), "\"a\\x00\\x0a\\xff\"");
  EXPECT_EQ(excerpt(std::string(41, 'x')), "\"" + std::string(40, 'x') + "…\"");
}

TEST(WholeLines, EndWithTheLastNewline) {
  EXPECT_EQ(whole_lines("a\nb\nc"), "a\nb\n");
  EXPECT_EQ(whole_lines("a\n"), "a\n");
  EXPECT_EQ(whole_lines("a"), "");
  EXPECT_EQ(whole_lines(""), "");
}

}  // namespace
}  // namespace collector::test
