// What the screens of the history are made of.

#include <gtest/gtest.h>

#include <algorithm>

#include "collector/cli/history/bar_screen.h"
#include "collector/cli/history/glyphs.h"
#include "collector/cli/history/today_screen.h"
#include "collector/cli/history/today_view.h"

namespace collector {
namespace {

const Terminal utf8{.columns = 80};
const Terminal ascii{.utf8 = false, .columns = 80};

TEST(TrafficBar, ReceivedByEighthsThenSentByColumns) {
  EXPECT_EQ(traffic_bar(100, 0, 100, 4, utf8), "████");
  EXPECT_EQ(traffic_bar(50, 50, 100, 4, utf8), "██▒▒");
  EXPECT_EQ(traffic_bar(33, 0, 100, 4, utf8), "█▍  ");
  EXPECT_EQ(traffic_bar(0, 100, 100, 4, utf8), "▒▒▒▒");
  EXPECT_EQ(traffic_bar(50, 50, 100, 4, ascii), "##==");
}

TEST(TrafficBar, WhateverMovedIsSeenAndNothingIsNot) {
  EXPECT_EQ(traffic_bar(1, 0, 1'000'000, 4, utf8), "▏   ");
  EXPECT_EQ(traffic_bar(0, 1, 1'000'000, 4, utf8), "▒   ");
  EXPECT_EQ(traffic_bar(0, 0, 1'000'000, 4, utf8), "    ");
  EXPECT_EQ(traffic_bar(0, 0, 0, 4, utf8), "    ");
}

TEST(TrafficBar, NeverLongerThanItsRoom) {
  for (std::uint64_t received = 0; received <= 40; ++received)
    for (std::uint64_t sent = 0; received + sent <= 40; ++sent)
      EXPECT_EQ(display_width(traffic_bar(received, sent, 40, 7, utf8)), 7U) << received << " " << sent;
  constexpr std::uint64_t most = ~std::uint64_t{0};
  EXPECT_EQ(display_width(traffic_bar(most, 0, most, 9, utf8)), 9U);
}

TEST(Cells, AreCutAndPaddedByColumnsNotByBytes) {
  EXPECT_EQ(left_in("東京", 6, utf8), "東京  ");
  EXPECT_EQ(right_in("東京", 6, utf8), "  東京");
  EXPECT_EQ(left_in("東京サーバー", 6, utf8), "東京… ");
  EXPECT_EQ(left_in("wireguard0", 6, ascii), "wireg~");
  EXPECT_EQ(left_in("", 3, utf8), "   ");
}

TEST(HourGraph, AColumnFromBelowForEachHourAndAMarkForTheUsual) {
  std::vector<TodayScreen::Hour> hours;
  for (int hour = 0; hour < 6; ++hour)
    hours.push_back({.shown = hour});
  hours[1].moved = 600;
  hours[2].moved = 350;
  hours[4].usual = 300;
  EXPECT_EQ(hour_graph_text(hours, {.columns = 20}),
            "     ██\n"
            "     ██\n"
            "     ██ ▄▄\n"
            "     ██ ██    ╌╌\n"
            "     ██ ██\n"
            "     ██ ██\n"
            "  00       03\n");
}

// On the day on which clocks are put back an hour comes twice; its name stands once.
TEST(HourGraph, ADayMayHave25Hours) {
  std::vector<TodayScreen::Hour> hours;
  for (const int shown : {0, 1, 2, 2, 3, 4, 5, 6})
    hours.push_back({.shown = shown, .moved = 1});
  const std::string graph = hour_graph_text(hours, {.columns = 34});
  EXPECT_EQ(graph.substr(graph.rfind('\n', graph.size() - 2) + 1), "  00              03          06\n");
}

BarScreen two_columns() {
  BarScreen screen{.host = "nas",
                   .heading = "2026",
                   .columns = {{"down", 1}, {"up", 0}, {"total", 2}},
                   .rows = {},
                   .sums = {},
                   .notes = {}};
  screen.rows.push_back(
      {.label = "Jan", .received = 10, .sent = 0, .cells = {"10.0 GB", "1.00 GB", "11.0 GB"}});
  return screen;
}

TEST(BarScreen, BarsGrowWithTheScreenAndColumnsGoWhereItIsNarrow) {
  EXPECT_EQ(bar_screen_text(two_columns(), {.columns = 60}),
            " nas   2026                           down       up    total\n"
            " Jan  ███████████████████████████  10.0 GB  1.00 GB  11.0 GB\n");
  EXPECT_EQ(bar_screen_text(two_columns(), {.columns = 34}),
            " nas   2026\n"
            "        down      up   total\n"
            " Jan 10.0 GB 1.00 GB 11.0 GB\n")
      << "the bar goes before a figure does";
  EXPECT_EQ(bar_screen_text(two_columns(), {.columns = 24}),
            " nas   2026\n"
            "        down   total\n"
            " Jan 10.0 GB 11.0 GB\n");
}

TEST(BarScreen, WordsInsteadOfFiguresAreWholeWhereItIsNarrow) {
  BarScreen screen = two_columns();
  screen.rows.push_back({.label = "a long interface", .cells = screen.rows.front().cells});
  screen.rows.push_back({.label = "Feb", .instead = "not measured"});
  EXPECT_TRUE(bar_screen_text(screen, {.columns = 28}).ends_with("\n Feb            not measured\n"))
      << bar_screen_text(screen, {.columns = 28});
}

TEST(BarScreen, NamesAreShownAsTheTerminalCan) {
  BarScreen screen = two_columns();
  screen.host = "a\033[2Jb";
  screen.rows.front().label = "c\nd";
  const std::string text = bar_screen_text(screen, utf8);
  EXPECT_EQ(text.find('\033'), std::string::npos) << text;
  EXPECT_EQ(std::ranges::count(text, '\n'), 2) << text;
}

TEST(Compared, InWords) {
  EXPECT_EQ(compared_text(102, 100, "a usual Sunday"), "2 % more than a usual Sunday");
  EXPECT_EQ(compared_text(40, 100, "a usual Sunday"), "60 % less than a usual Sunday");
  EXPECT_EQ(compared_text(1004, 1000, "a usual Sunday"), "as a usual Sunday");
  EXPECT_EQ(compared_text(310, 100, "a usual Sunday"), "3.1 times a usual Sunday");
  EXPECT_EQ(compared_text(5, 0, "a usual Sunday"), "") << "nothing to compare with";
}

}  // namespace
}  // namespace collector
