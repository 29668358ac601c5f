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
  ASSERT_TRUE(read_named_numbers("three 3 and more\n\n  two:\t2 kB\nfour 4\none: 1\n", names, numbers));
  EXPECT_EQ(numbers, (Numbers{1, 2048, 3}));
}

TEST(NamedNumbers, ForgetWhatAnEarlierTextHad) {
  Numbers numbers{7, 7, 7};
  ASSERT_TRUE(read_named_numbers("two 2\n", names, numbers));
  EXPECT_EQ(numbers, (Numbers{std::nullopt, 2, std::nullopt}));
}

TEST(NamedNumbers, IgnoreALineWithoutItsEnd) {
  Numbers numbers;
  ASSERT_TRUE(read_named_numbers("one 11\ntwo 22", names, numbers));
  EXPECT_EQ(numbers, (Numbers{11, std::nullopt, std::nullopt}));
}

TEST(NamedNumbers, NamesMustBeWhole) {
  Numbers numbers;
  ASSERT_TRUE(read_named_numbers("ones 1\non 1\none(a): 1\n: 1\n", names, numbers));
  EXPECT_EQ(numbers, Numbers{});
}

TEST(NamedNumbers, FailNamingTheLineAndTheText) {
  Numbers numbers;
  const auto what = [&](std::string_view text) {
    return read_named_numbers(text, names, numbers).error().what;
  };
  EXPECT_EQ(what("one 1\ntwo x\n"), "two is not a whole number: \"x\"");
  EXPECT_EQ(what("two\n"), "two is not a whole number: \"\"");
  EXPECT_EQ(what("two 18446744073709551616\n"), "two is not a whole number: \"18446744073709551616\"");
  EXPECT_EQ(what("two 18446744073709551615 kB\n"), "two is too large: \"18446744073709551615\"");
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
