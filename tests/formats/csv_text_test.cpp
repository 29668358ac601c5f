// Texts in CSV: none that a spreadsheet would run, and each comes back as it was.
#include "collector/formats/csv_text.h"

#include <gtest/gtest.h>

#include <random>

namespace collector::test {
namespace {

TEST(CsvText, WhatASpreadsheetWouldRunIsText) {
  EXPECT_EQ(csv_field("eth0"), "eth0");
  EXPECT_EQ(csv_field(""), "");
  EXPECT_EQ(csv_field("=cmd|'/c calc'!A1"), "'=cmd|'/c calc'!A1");
  EXPECT_EQ(csv_field("+1"), "'+1");
  EXPECT_EQ(csv_field("-|*"), "'-|*");
  EXPECT_EQ(csv_field("@SUM(A1,B1)"), "\"'@SUM(A1,B1)\"");
  EXPECT_EQ(csv_field("\t=1"), "'\t=1");
  EXPECT_EQ(csv_field("\r=1"), "\"'\r=1\"");
  EXPECT_EQ(csv_field("a=b"), "a=b");
  EXPECT_EQ(csv_field("'quoted'"), "'quoted'");
  EXPECT_EQ(csv_field("'=1"), "''=1") << "else it would be the same as =1";
}

TEST(CsvText, ComesBackAsItWas) {
  constexpr std::string_view characters = "'=+-@\t\ra,";
  std::mt19937 random(11);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 5, ' ');
    for (char& c : text)
      c = characters[random() % characters.size()];
    const std::string guarded = guard_formula(text);
    EXPECT_FALSE(!guarded.empty() && std::string_view("=+-@\t\r").contains(guarded.front())) << text;
    EXPECT_EQ(without_guard(guarded), text);
  }
}

}  // namespace
}  // namespace collector::test
