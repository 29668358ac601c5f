// Columns by name; every line that can't be true is named with its number.
#include "tests/history/vectors.h"
#include "tests/imports/reading.h"

namespace collector::test {
namespace {

using history::PastProgram;
using history::Seconds;
using std::chrono::seconds;

class CsvTest : public ReadingTest {
 protected:
  std::string csv(const std::string& text) {
    write(text);
    return told(PastProgram::csv);
  }
  // Lines of date,interface,down,up.
  std::string lines(const std::string& text) { return csv("date,interface,down,up\n" + text); }
};

TEST_F(CsvTest, DaysAndHoursByAnyOfTheNames) {
  EXPECT_EQ(lines("2026-11-28,eth0,10,20\n2026-11-29,eth0,1,2\n2026-11-28,wlan0,3,4\n"),
            "laptop eth0 days 2 hours 0 11/22\nlaptop wlan0 days 1 hours 0 3/4\n");
  EXPECT_EQ(csv("Time;Host;Interface;RX;TX;remark\r\n2026-11-28 16:00;nas;eth0;10;20;\"a;b\"\r\n"),
            "nas eth0 days 0 hours 1 10/20\n");
  EXPECT_EQ(csv("time\tinterface\tdown\tup\n1795968000\teth0\t1\t2\n"), "laptop eth0 days 0 hours 1 1/2\n");
  asked_.interface = "ppp0";
  EXPECT_EQ(csv("date,down,up\n2026-11-28,1,2\n"), "laptop ppp0 days 1 hours 0 1/2\n");
}

// Both an end and a start, as our own export has them; what nobody has measured is no zero.
TEST_F(CsvTest, OurOwnExport) {
  EXPECT_EQ(csv("time,start,end,host,interface,bytes_recv,bytes_sent,observed_seconds,flags\r\n"
                "1795824000,2026-11-28T00:00:00+00:00,2026-11-29T00:00:00+00:00,nas,eth0,5,6,86400,\r\n"
                "1795910400,2026-11-29T00:00:00+00:00,2026-11-30T00:00:00+00:00,nas,eth0,0,0,0,\r\n"
                "1795996800,2026-11-30T00:00:00+00:00,2026-11-30T01:00:00+00:00,nas,eth0,7,8,3600,gap\r\n"),
            "nas eth0 days 1 hours 1 12/14\n");
}

// A name that a spreadsheet would have run was guarded when it was exported.
TEST_F(CsvTest, GuardedNamesAreWhatTheyWere) {
  EXPECT_EQ(csv("date,host,interface,down,up\n2026-11-28,'=nas,\"'-a,b\",1,2\n2026-11-28,'x,''=y,3,4\n"),
            "'x '=y days 1 hours 0 3/4\n=nas -a,b days 1 hours 0 1/2\n");
}

TEST_F(CsvTest, DaysAreThoseOfTheZone) {
  asked_.zone = zone_of("Europe/Berlin");
  write("date,interface,down,up\n2026-03-29,eth0,1,2\n2026-10-25,eth0,3,4\n");
  const auto past = read(PastProgram::csv);
  ASSERT_TRUE(past);
  EXPECT_EQ(past->interfaces.at(0).days.at(0).time.length(), std::chrono::hours(23));
  EXPECT_EQ(past->interfaces.at(0).days.at(1).time.length(), std::chrono::hours(25));
  EXPECT_EQ(csv("start,end,interface,down,up\n2026-11-28T00:00:00Z,2026-11-29T00:00:00Z,eth0,1,2\n"),
            "refused 1\nline 2: it is neither an hour nor a day of Europe/Berlin\n");
  asked_.zone = zone_of("Pacific/Apia");
  EXPECT_EQ(lines("2011-12-30,eth0,1,2\n"), "refused 1\nline 2: Pacific/Apia had no such day\n");
}

TEST_F(CsvTest, WhatCannotBeTrueIsNamedByItsLine) {
  using namespace std::string_literals;
  EXPECT_EQ(lines("2026-11-28,eth0,-1,2\n"), "refused 1\nline 2: down is below zero, or no number\n");
  EXPECT_EQ(lines("\n2026-11-28,eth0,1,9000000000000000\n"),
            "refused 1\nline 3: up is more than any line moves in that time\n");
  EXPECT_EQ(lines("2026-11-28,eth0,1,99999999999999999999\n"),
            "refused 1\nline 2: up is no whole number of bytes: '99999999999999999999'\n");
  EXPECT_EQ(lines("2026-11-28,eth0,1.5,2\n"), "refused 1\nline 2: down is no whole number of bytes: '1.5'\n");
  EXPECT_EQ(lines("2026-11-28,eth0,1\n"), "refused 1\nline 2: up is missing\n");
  EXPECT_EQ(lines("1970-01-01,eth0,1,2\n"), "refused 1\nline 2: it lies before the year 2000\n");
  EXPECT_EQ(lines("2100-01-01,eth0,1,2\n"), "refused 1\nline 2: it lies ahead of this machine's clock\n");
  EXPECT_EQ(lines("2026-11-28 16:00,eth0,1,2\n"),
            "refused 1\nline 2: '2026-11-28 16:00' is no date; a column of times is called time\n");
  EXPECT_EQ(lines("2026-02-30,eth0,1,2\n").substr(0, 42), "refused 1\nline 2: '2026-02-30' is no time:");
  EXPECT_EQ(lines("2026-11-28,et\0h0,1,2\n"s), "refused 1\nline 2: there is a zero byte in it\n");
  EXPECT_EQ(lines("2026-11-28,e\x1b[2Jth0,1,2\n"), "refused 1\nline 2: its interface is no name\n");
  EXPECT_EQ(lines("2026-11-28,\xff,1,2\n"), "refused 1\nline 2: its interface is no name\n");
  EXPECT_EQ(lines("2026-11-28,,1,2\n"), "refused 1\nline 2: it names no interface\n");
  EXPECT_EQ(lines("2026-11-28,eth0,1,2\n2026-11-28,eth0,1,2\n"),
            "laptop eth0 days 1 hours 0 1/2\nrefused 1\nline 3: the same time stands there twice\n");
  EXPECT_EQ(csv("start,end,interface,down,up\n2026-11-28 16:10,2026-11-28 17:10,eth0,1,2\n"
                "2026-11-28 15:20,2026-11-28 16:20,eth0,1,2\n2026-11-28 17:00,2026-11-28 18:00,eth0,1,2\n"),
            "laptop eth0 days 0 hours 1 1/2\nrefused 2\nline 3: a part of its time stands there already\n"
            "line 4: a part of its time stands there already\n");
  EXPECT_EQ(csv("time,interface,down,up\n2026-11-28 16:05,eth0,1,2\n"),
            "refused 1\nline 2: '2026-11-28 16:05' is not the beginning of an hour\n");
  std::string many;
  for (int i = 0; i < 30; ++i)
    many += "2026-11-28,eth0,-1,2\n";
  const std::string said = lines(many);
  EXPECT_EQ(said.substr(0, 11), "refused 30\n");
  EXPECT_EQ(std::ranges::count(said, '\n'), 11) << "the first ten are named";
}

TEST_F(CsvTest, WrongColumnsAreRefused) {
  EXPECT_NE(
      csv("day,iface,in,out\n2026-11-28,eth0,1,2\n").find("file:1: the first line has no names of columns"),
      std::string::npos);
  EXPECT_NE(csv("date,interface,down,rx,up\n").find("two columns say the same, one of them 'rx'"),
            std::string::npos);
  EXPECT_NE(csv("").find("is empty"), std::string::npos);
  EXPECT_NE(csv("date,down,up\n2026-11-28,1,2\n").find("interface (or --interface)"), std::string::npos);
}

}  // namespace
}  // namespace collector::test
