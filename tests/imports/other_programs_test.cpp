// PacketBuddy's and netmon's SQLite files, in their programs' layouts.
#include "tests/history/vectors.h"
#include "tests/imports/reading.h"

namespace collector::test {
namespace {

using history::PastProgram;

class PacketBuddyTest : public ReadingTest {
 protected:
  void with(const std::string& rows) {
    make(
        "CREATE TABLE devices(device_id TEXT PRIMARY KEY, os_type TEXT NOT NULL, hostname TEXT NOT NULL,"
        " created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);"
        "CREATE TABLE usage_logs(id INTEGER PRIMARY KEY AUTOINCREMENT, device_id TEXT NOT NULL,"
        " timestamp TIMESTAMP NOT NULL, bytes_sent INTEGER NOT NULL, bytes_received INTEGER NOT NULL,"
        " synced BOOLEAN DEFAULT 0);"
        "CREATE TABLE daily_aggregates(device_id TEXT NOT NULL, date DATE NOT NULL, bytes_sent INTEGER NOT "
        "NULL,"
        " bytes_received INTEGER NOT NULL, peak_speed INTEGER DEFAULT 0, PRIMARY KEY(device_id, date));"
        "INSERT INTO devices(device_id, os_type, hostname) VALUES('a', 'Linux', 'notebook');" +
        rows);
  }
  PacketBuddyTest() { asked_.interface = "wlan0"; }
};

TEST_F(PacketBuddyTest, DaysAndTheHoursOfItsLog) {
  with(
      "INSERT INTO daily_aggregates VALUES('a', '2026-11-28', 5, 100, 9), ('a', '2026-11-29', 3, 30, 9);"
      "INSERT INTO usage_logs(device_id, timestamp, bytes_sent, bytes_received) VALUES"
      "('a', '2026-11-29 10:00:30.123456', 1, 10), ('a', '2026-11-29 10:59:59', 1, 10),"
      "('a', '2026-11-29 11:00:00', 1, 10);");
  EXPECT_EQ(told(PastProgram::packetbuddy), "notebook wlan0 days 2 hours 2 160/11\n");
  const auto past = read(PastProgram::packetbuddy);
  EXPECT_EQ(past->interfaces.at(0).hours.at(0).received, 20);
  EXPECT_EQ(past->interfaces.at(0).until, history::Seconds(std::chrono::seconds(1795950000)))
      << "what it had not logged yet is not over";
  asked_.host = "laptop";
  EXPECT_EQ(told(PastProgram::packetbuddy).substr(0, 13), "laptop wlan0 ");
}

TEST_F(PacketBuddyTest, OfSeveralDevicesAHostChooses) {
  with(
      "INSERT INTO devices(device_id, os_type, hostname) VALUES('b', 'Linux', 'desk');"
      "INSERT INTO daily_aggregates VALUES('a', '2026-11-28', 5, 100, 9), ('b', '2026-11-28', 3, 30, 9);");
  EXPECT_EQ(told(PastProgram::packetbuddy),
            "desk wlan0 days 1 hours 0 30/3\nnotebook wlan0 days 1 hours 0 100/5\n");
  asked_.host = "desk";
  EXPECT_EQ(told(PastProgram::packetbuddy), "desk wlan0 days 1 hours 0 30/3\n");
}

TEST_F(PacketBuddyTest, WhatCannotBeTrueIsNamed) {
  with(
      "INSERT INTO daily_aggregates VALUES('a', '2026-11-28', -5, 100, 9), ('a', 'yesterday', 3, 30, 9),"
      "('a', '2026-11-27', 'many', 1, 0);"
      "INSERT INTO usage_logs(device_id, timestamp, bytes_sent, bytes_received) VALUES"
      "('a', '2026-11-29', 1, 10), ('a', '2026-11-29 10:00:00', -1, 10),"
      "('a', '2026-11-29 10:00:00', 9223372036854775807, 1), ('a', '2026-11-29 10:00:00', 1, 1);");
  EXPECT_EQ(told(PastProgram::packetbuddy),
            "notebook wlan0 days 0 hours 1 1/1\nrefused 6\ntable daily_aggregates, row 1: up is below zero, "
            "or no number\n"
            "table daily_aggregates, row 2: its date is none: 'yesterday'\n"
            "table daily_aggregates, row 3: up is below zero, or no number\n"
            "table usage_logs, id 1: its time is none: '2026-11-29'\n"
            "table usage_logs, id 2: its bytes are below zero, no numbers, or too many\n"
            "table usage_logs, id 3: its bytes are below zero, no numbers, or too many\n");
}

TEST_F(PacketBuddyTest, TheInterfaceHasToBeSaid) {
  with("");
  asked_.interface.clear();
  EXPECT_EQ(told(PastProgram::packetbuddy),
            "PacketBuddy keeps the sum of all interfaces, under no name; say with --interface which one it "
            "went through");
}

class NetmonTest : public ReadingTest {
 protected:
  void with(const std::string& rows) {
    make(
        "CREATE TABLE traffic_logs(id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp INTEGER NOT NULL,"
        " interface TEXT NOT NULL, bytes_in INTEGER NOT NULL, bytes_out INTEGER NOT NULL);"
        "CREATE TABLE app_traffic_logs(id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp INTEGER NOT NULL,"
        " app_name TEXT NOT NULL, bytes_in INTEGER NOT NULL, bytes_out INTEGER NOT NULL);" +
        rows);
  }
};

TEST_F(NetmonTest, WhatCameAtAMomentIsAddedUpByHours) {
  with(
      "INSERT INTO traffic_logs(timestamp, interface, bytes_in, bytes_out) VALUES"
      "(1795824000, 'en0', 1, 2), (1795827599, 'en0', 10, 20), (1795827600, 'en0', 100, 200),"
      "(1795827600, 'utun1', 7, 8);");
  EXPECT_EQ(told(PastProgram::netmon),
            "laptop en0 days 0 hours 2 111/222\nlaptop utun1 days 0 hours 1 7/8\n");
  asked_.zone = zone_of("Asia/Kolkata");
  EXPECT_EQ(read(PastProgram::netmon)->interfaces.at(0).hours.at(0).time.start,
            history::Seconds(std::chrono::seconds(1795824000 - 1800)))
      << "hours as clocks show them there";
}

TEST_F(NetmonTest, WhatCannotBeTrueIsNamed) {
  with(
      "INSERT INTO traffic_logs(timestamp, interface, bytes_in, bytes_out) VALUES"
      "(1795824000, 'en0', -1, 2), ('now', 'en0', 1, 2), (4102444800, 'en0', 1, 2), (1000, 'en0', 1, 2);");
  EXPECT_EQ(told(PastProgram::netmon),
            "refused 4\ntable traffic_logs, id 1: its bytes are below zero, no numbers, or too many\n"
            "table traffic_logs, id 2: its time is none\n"
            "table traffic_logs, id 3: it lies ahead of this machine's clock, or before 1970\n"
            "en0, the hour that begins at 0: it lies before the year 2000\n");
}

// Each is told from the other, from a text and from nothing.
TEST_F(NetmonTest, AFileOfAnotherProgramIsRefused) {
  with("");
  EXPECT_NE(told(PastProgram::vnstat).find("no database of vnStat 2 that is known here"), std::string::npos)
      << told(PastProgram::vnstat);
  asked_.interface = "en0";
  EXPECT_NE(told(PastProgram::packetbuddy).find("no database of PacketBuddy"), std::string::npos);
  write("some text that is long enough to be looked at as a database, which it is not, as we know ......");
  EXPECT_NE(told(PastProgram::netmon).find("name the database of netmon"), std::string::npos)
      << told(PastProgram::netmon);
  EXPECT_NE(told(PastProgram::vnstat).find("of vnStat 1 import what its `vnstat --json` prints"),
            std::string::npos);
  std::filesystem::remove(file());
  EXPECT_NE(told(PastProgram::netmon).find("there is no such file"), std::string::npos);
}

}  // namespace
}  // namespace collector::test
