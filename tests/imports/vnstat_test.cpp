// vnStat's own program makes the database and prints the JSON that is read here.
#include <fmt/format.h>

#include "collector/sqlite/database.h"
#include "tests/history/vectors.h"
#include "tests/imports/reading.h"
#include "tests/support/process.h"

namespace collector::test {
namespace {

using history::PastProgram;

class VnstatTest : public ReadingTest {
 protected:
  VnstatTest() {
    // The daemon looks at the clock: what is older than it keeps would go.
    asked_.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    asked_.file = database();
    write_file(
        directory_ / "vnstat.conf",
        fmt::format("DatabaseDir \"{}\"\nUseLogging 0\nPollInterval 2\nUpdateInterval 20\nSaveInterval 1\n"
                    "PidFile \"{}\"\n",
                    directory_.path().native(), (directory_ / "pid").native()));
    const Finished made = run_process({"/usr/sbin/vnstatd", "--config", config(), "--initdb"});
    EXPECT_EQ(made.exit_code, 0) << made.err << made.out;
  }
  std::string config() const { return directory_ / "vnstat.conf"; }
  std::filesystem::path database() const { return directory_ / "vnstat.db"; }
  void change(const std::string& statements) const {
    const auto opened = sqlite::Database::open(database(), {});
    ASSERT_TRUE(opened);
    const auto done = opened->execute(statements);
    ASSERT_TRUE(done) << done.error().what;
  }
  // Two interfaces; the last ten days, of which the last two have hours: 1 kB in and 10 B out for each.
  void fill() const {
    change(
        "INSERT INTO interface VALUES(1, 'eth7', '', 1, datetime('now', '-400 days'), datetime('now', "
        "'start of day', '-1 hours'), 0, 0, 999240000, 2400);"
        "INSERT INTO interface VALUES(2, 'wlan7', '', 1, datetime('now', '-400 days'), datetime('now', "
        "'start of day', '-1 hours'), 0, 0, 240000, 2400);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)"
        " INSERT INTO day(interface, date, rx, tx)"
        " SELECT k.id, date('now', '-' || i || ' days'), 24000, 240 FROM n, interface AS k;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 48)"
        " INSERT INTO hour(interface, date, rx, tx)"
        " SELECT k.id, strftime('%Y-%m-%d %H:00:00', 'now', 'start of day', '-' || i || ' hours'), 1000, 10"
        " FROM n, interface AS k;");
  }
  static constexpr const char* filled =
      "laptop eth7 days 10 hours 48 288000/2880\nlaptop wlan7 days 10 hours 48 288000/2880\n";
};

TEST_F(VnstatTest, ItsDatabase) {
  fill();
  const std::string said = told(PastProgram::vnstat);
  EXPECT_EQ(said.substr(0, std::string(filled).size()), filled);
  EXPECT_NE(said.find("eth7: 999 MB from before "), std::string::npos) << said;
  EXPECT_EQ(said.find("wlan7: "), std::string::npos) << "all of it is in days";
  asked_.interface = "wlan7";
  asked_.host = asked_.this_host = "nas";
  EXPECT_EQ(told(PastProgram::vnstat), "nas wlan7 days 10 hours 48 288000/2880\nnot asked for: eth7\n");
}

TEST_F(VnstatTest, WhatItPrintsAsJsonIsTheSame) {
  fill();
  const auto from_database = read(PastProgram::vnstat);
  const Finished printed =
      run_process({"/usr/bin/vnstat", "--config", config(), "--json", "a", "0"}, {{"TZ", "UTC"}});
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  write(printed.out);
  asked_.file = file();
  const auto from_json = read(PastProgram::vnstat);
  ASSERT_TRUE(from_database && from_json) << from_json.error().text();
  ASSERT_EQ(from_json->interfaces.size(), from_database->interfaces.size());
  for (std::size_t i = 0; i < from_json->interfaces.size(); ++i) {
    const auto& a = from_database->interfaces[i];
    const auto& b = from_json->interfaces[i];
    EXPECT_EQ(a.interface, b.interface);
    EXPECT_EQ(a.until, b.until);
    ASSERT_EQ(a.days.size(), b.days.size());
    ASSERT_EQ(a.hours.size(), b.hours.size());
    for (std::size_t k = 0; k < a.hours.size(); ++k)
      EXPECT_EQ(a.hours[k].time, b.hours[k].time);
    for (std::size_t k = 0; k < a.days.size(); ++k)
      EXPECT_EQ(a.days[k].received, b.days[k].received);
  }
  EXPECT_EQ(from_json->notes, from_database->notes);
  // It says when that was, so a zone that is not its is noticed.
  asked_.zone = zone_of("Asia/Kolkata");
  EXPECT_NE(told(PastProgram::vnstat).find("say with --zone where it was measured"), std::string::npos);
}

// Its daemon saves each minute, and holds the file open.
TEST_F(VnstatTest, WhileItsDaemonRuns) {
  fill();
  Process daemon({"/usr/sbin/vnstatd", "--nodaemon", "--config", config(), "--noadd"}, {{"TZ", "UTC"}});
  for (int i = 0; i < 5; ++i) {
    const std::string said = told(PastProgram::vnstat);
    EXPECT_EQ(said.substr(0, std::string(filled).size()), filled) << daemon.err();
  }
  EXPECT_TRUE(daemon.running()) << daemon.err() << daemon.out();
  daemon.end(SIGTERM);
}

TEST_F(VnstatTest, DaysAreThoseOfItsZoneAlsoWhereClocksChange) {
  change(
      "INSERT INTO interface VALUES(1, 'eth7', '', 1, '2026-01-01', '2026-11-01 10:00:00', 0, 0, 0, 0);"
      "INSERT INTO day(interface, date, rx, tx) VALUES(1, '2026-03-29', 1, 2), (1, '2026-10-25', 3, 4);"
      "INSERT INTO hour(interface, date, rx, tx) VALUES(1, '2026-10-25 02:00:00', 3, 4), (1, '2026-03-29 "
      "02:00:00', 1, 0);");
  asked_.zone = zone_of("Europe/Berlin");
  asked_.now = moment_of("2026-11-30T00:00:00");
  EXPECT_EQ(
      told(PastProgram::vnstat),
      "laptop eth7 days 2 hours 1 7/10\nrefused 1\ntable hour, id 2: clocks of Europe/Berlin never showed "
      "that hour\n");
  EXPECT_EQ(read(PastProgram::vnstat)->interfaces.at(0).hours.at(0).time.length(), std::chrono::hours(2));
}

TEST_F(VnstatTest, WhatCannotBeTrueIsNamed) {
  change(
      "INSERT INTO interface VALUES(1, 'eth7', '', 1, '2026-01-01', '2026-11-01 10:00:00', 0, 0, -1, 0);"
      "INSERT INTO interface VALUES(2, 'a' || char(10) || 'b', '', 1, '2026-01-01', 'never', 0, 0, 0, 0);"
      "INSERT INTO day(interface, date, rx, tx) VALUES(1, '1970-01-01', 1, 2), (1, '2099-10-25', 3, 4),"
      "(1, '2026-01-05', -3, 4), (1, '2026-01-06', 1.5, 4), (1, '2026-01-07 10:00:00', 1, 4), (2, "
      "'2026-01-08', 1, "
      "1), (1, '2026-01-09', 5, 9223372036854775807);");
  EXPECT_EQ(told(PastProgram::vnstat),
            "refused 7\ntable day, id 1: it lies before the year 2000\n"
            "table day, id 2: it lies ahead of this machine's clock\n"
            "table day, id 3: down is below zero, or no number\n"
            "table day, id 4: down is below zero, or no number\n"
            "table day, id 5: its date is none: '2026-01-07 10:00:00'\n"
            "table day, id 6: its interface is no name\n"
            "table day, id 7: up is more than any line moves in that time\n");
}

// As vnStat 1 printed it, in KiB.
TEST_F(VnstatTest, JsonOfVersionOne) {
  write(R"({"vnstatversion":"1.18","jsonversion":"1","interfaces":[{"id":"eth0","nick":"lan",
    "created":{"date":{"year":2016,"month":1,"day":2}},
    "updated":{"date":{"year":2019,"month":5,"day":6},"time":{"hour":7,"minutes":8}},
    "traffic":{"total":{"rx":30,"tx":3},
     "days":[{"id":0,"date":{"year":2019,"month":5,"day":6},"rx":10,"tx":1},{"id":1,"date":{"year":2019,"month":5,"day":5},"rx":20,"tx":2}],
     "months":[],"tops":[],
     "hours":[{"id":5,"date":{"year":2019,"month":5,"day":6},"rx":4,"tx":0},{"id":6,"date":{"year":2019,"month":5,"day":6},"rx":6,"tx":1}]}}]})");
  asked_.file = file();
  EXPECT_EQ(told(PastProgram::vnstat), "laptop eth0 days 2 hours 2 40960/4096\n");
  EXPECT_EQ(read(PastProgram::vnstat)->interfaces.at(0).until, moment_of("2019-05-06T07:08:00"));
}

// vnStat has one entry for an hour that clocks show twice, our own export one for each: told by its moment.
TEST_F(VnstatTest, AnHourThatClocksShowTwiceIsToldByItsMoment) {
  asked_.file = file();
  asked_.zone = zone_of("Europe/Berlin");
  const auto hours = [&](const std::string& second) {
    write(fmt::format(
        R"({{"vnstatversion":"2.10","jsonversion":"2","interfaces":[{{"name":"eth0","alias":"",
        "traffic":{{"total":{{"rx":9,"tx":0}},"day":[{{"date":{{"year":2026,"month":10,"day":25}},"rx":9,"tx":0}}],
        "hour":[{{"date":{{"year":2026,"month":10,"day":25}},"time":{{"hour":2,"minute":0}},"timestamp":1792886400,"rx":4,"tx":0}}{}]}}}}]}})",
        second));
    return read(PastProgram::vnstat)->interfaces.at(0).hours;
  };
  ASSERT_EQ(hours("").size(), 1U);
  EXPECT_EQ(hours("").at(0).time.length(), std::chrono::hours(2));
  const auto both = hours(
      R"(,{"date":{"year":2026,"month":10,"day":25},"time":{"hour":2,"minute":0},"timestamp":1792890000,"rx":5,"tx":0})");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both.at(0).time.length(), std::chrono::hours(1));
  EXPECT_EQ(both.at(1).time.start, both.at(0).time.end);
}

TEST_F(VnstatTest, OtherJsonIsRefused) {
  asked_.file = file();
  for (const char* text : {"{}", R"({"jsonversion":"3","interfaces":[]})", R"({"jsonversion":"2"})"}) {
    write(text);
    EXPECT_NE(told(PastProgram::vnstat).find("it is not what vnstat --json prints"), std::string::npos)
        << text;
  }
  write(R"({"jsonversion":"2","interfaces":[{"name":"eth0"}]})");
  EXPECT_NE(told(PastProgram::vnstat).find("an interface without a name or traffic"), std::string::npos);
  write(R"({"jsonversion":"2","interfaces":[)");
  EXPECT_NE(told(PastProgram::vnstat).find("file: "), std::string::npos);
  write(
      R"({"jsonversion":"2","interfaces":[{"name":"eth0","traffic":{"day":[{"date":{"year":2026,"month":13,"day":1}},7,{"date":{"year":2020,"month":2,"day":3},"rx":99999999999999999,"tx":1}]}}]})");
  EXPECT_EQ(
      told(PastProgram::vnstat),
      "refused 3\neth0, day 1: it has no date\neth0, day 2: it has no date\neth0, day 3: down is more than "
      "any line moves in that time\n");
}

}  // namespace
}  // namespace collector::test
