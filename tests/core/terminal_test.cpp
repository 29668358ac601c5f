// Whatever is to be shown, the screen stays as the terminal can draw it.
#include "collector/core/terminal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/support/pseudo_terminal.h"

namespace collector {
namespace {

std::string fitted(std::string_view text, std::size_t columns) {
  return Terminal{.columns = columns}.fit(text);
}

TEST(Printable, NothingMovesTheCursor) {
  const Terminal terminal;
  EXPECT_EQ(terminal.printable("eth0\033[2J\x07\r\x7f\b"), "eth0?[2J????");
  EXPECT_EQ(terminal.printable("\033[31mred"), "?[31mred") << "nor is somebody else's painting ours";
  EXPECT_EQ(terminal.printable("\xc2\x9b"
                               "31m"),
            "?31m")
      << "the one-character form of ESC [";
  EXPECT_EQ(terminal.printable("a\u202Eb\u200Bc\u2028"), "a?b?c?");
  EXPECT_EQ(terminal.printable("one\ttwo\nthree"), "one two\nthree");
  EXPECT_EQ(terminal.printable(std::string_view("a\0b", 3)), "a?b");
}

TEST(Printable, WhatIsNoUtf8IsMarked) {
  const Terminal terminal;
  EXPECT_EQ(terminal.printable("gr\xfc\xdf"), "gr??");
  EXPECT_EQ(terminal.printable("\xe2\x82"), "??") << "cut off";
  EXPECT_EQ(terminal.printable("\xc0\xaf \xe0\x80\x9b \xed\xa0\x80 \xf5"), "?? ??? ??? ?");
  EXPECT_EQ(terminal.printable("größe 日本 €"), "größe 日本 €");
}

TEST(Printable, OtherLocalesGetAscii) {
  const Terminal terminal{.utf8 = false};
  EXPECT_EQ(terminal.printable("größe → 5 µs …"), "gr??e ? 5 ?s ?");
}

TEST(DisplayWidth, IsThatOfTheScreen) {
  EXPECT_EQ(display_width("größe"), 5U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("\033[31mred\033[0m"), 3U);
}

TEST(Fit, BreaksBetweenWords) {
  EXPECT_EQ(fitted("one two three four", 9), "one two\nthree\nfour");
  EXPECT_EQ(fitted("one two three four", 18), "one two three four");
  EXPECT_EQ(fitted("one two three four", 0), "one two three four");
  EXPECT_EQ(fitted("  one two three", 10), "  one two\n    three");
  EXPECT_EQ(fitted("a\n\nb\n", 5), "a\n\nb\n");
}

TEST(Fit, GoesOnBelowTheSecondColumn) {
  EXPECT_EQ(fitted("state   one two three", 17), "state   one two\n        three");
  EXPECT_EQ(fitted("  --an-option   what it does", 20), "  --an-option\n      what it does")
      << "one that begins too far right begins below";
}

TEST(Fit, BreaksAWordOnlyWhereItIsLongerThanALine) {
  EXPECT_EQ(fitted("see /a/very/long/path", 8), "see\n/a/very/\nlong/pat\nh");
}

TEST(Fit, AWordThatFitsALineIsIndentedLessRatherThanBroken) {
  EXPECT_EQ(fitted("file  /var/lib/collector.db", 22), "file\n /var/lib/collector.db");
}

TEST(Fit, PaintingTakesNoRoom) {
  EXPECT_EQ(fitted("\033[31mone two\033[0m", 7), "\033[31mone two\033[0m");
  EXPECT_EQ(fitted("\033[31mone two\033[0m", 5), "\033[31mone\ntwo\033[0m");
}

std::string without_space(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

TEST(Fit, NoLineIsLongerAndNothingIsLostAtAnyWidth) {
  for (const std::string text :
       {"  -c,--config FILE            configuration file; else the defaults",
        "warning sink/cloud: postgresql://db.example.com:5432/metrics: refused", "          x",
        "日本語日本語  größe  \033[1mbold words\033[0m and /mnt/日本語日本語日本語",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa   b   c"})
    for (std::size_t columns = 2; columns < 90; ++columns) {
      const std::string shown = fitted(text, columns);
      EXPECT_EQ(without_space(shown), without_space(text));
      std::istringstream lines(shown);
      for (std::string line; std::getline(lines, line);)
        EXPECT_LE(display_width(line), columns) << columns << ": " << shown;
    }
}

// The environment is the process's: each case runs in one of its own.
class TerminalOf : public testing::Test {
 protected:
  TerminalOf() {
    for (const char* name : {"NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "COLUMNS"})
      unsetenv(name);
    setenv("TERM", "xterm-256color", 1);
  }
  Terminal terminal() const { return Terminal::of(pair_.program); }

  test::TerminalPair pair_{80};
};

TEST_F(TerminalOf, ColourIsRefusedByNoColorAndDumb) {
  EXPECT_TRUE(terminal().interactive);
  EXPECT_TRUE(terminal().colour);
  setenv("NO_COLOR", "", 1);
  EXPECT_TRUE(terminal().colour) << "only a value that is not empty counts";
  setenv("NO_COLOR", "0", 1);
  EXPECT_FALSE(terminal().colour) << "and any such";
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(terminal().colour);
}

TEST_F(TerminalOf, TheWidthIsThatOfTheMoment) {
  EXPECT_EQ(terminal().columns, 80U);
  pair_.resize(40);
  EXPECT_EQ(terminal().columns, 40U);
  pair_.resize(0);
  EXPECT_EQ(terminal().columns, 80U) << "where the terminal does not know";
  setenv("COLUMNS", "57", 1);
  EXPECT_EQ(terminal().columns, 57U);
  for (const char* nonsense : {"", "x", "-3", "0", "99999999999999999999"}) {
    setenv("COLUMNS", nonsense, 1);
    EXPECT_GE(terminal().columns, 1U) << nonsense;
    EXPECT_LE(terminal().columns, 100'000U) << nonsense;
  }
  pair_.resize(33);
  setenv("COLUMNS", "57", 1);
  EXPECT_EQ(terminal().columns, 33U) << "a terminal that knows is right";
}

TEST_F(TerminalOf, TheLocaleIsTheFirstThatIsSet) {
  EXPECT_FALSE(terminal().utf8);
  setenv("LANG", "en_US.UTF-8", 1);
  EXPECT_TRUE(terminal().utf8);
  setenv("LC_CTYPE", "en_US.ISO-8859-1", 1);
  EXPECT_FALSE(terminal().utf8);
  setenv("LC_ALL", "", 1);
  EXPECT_FALSE(terminal().utf8) << "empty is not set";
  setenv("LC_ALL", "C.utf8", 1);
  EXPECT_TRUE(terminal().utf8);
  setenv("LC_ALL", "C", 1);
  EXPECT_FALSE(terminal().utf8);
  setenv("LC_ALL", "de_DE.utf-8@euro", 1);
  EXPECT_TRUE(terminal().utf8);
}

TEST(TerminalOfAPipe, HasNoColourAndNoWidth) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(pipe(ends), 0);
  setenv("COLUMNS", "40", 1);
  const Terminal terminal = Terminal::of(ends[1]);
  EXPECT_FALSE(terminal.interactive);
  EXPECT_FALSE(terminal.colour);
  EXPECT_EQ(terminal.columns, 0U);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace collector
