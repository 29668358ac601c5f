// Debian's vnstat and the export, on the same traffic: the same keys in the same order, types and values.
// vnStat's database is written as its daemon writes it (table by table, local times, what is older than it
// keeps is gone), from the test's own sums.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "collector/formats/json_reader.h"
#include "collector/history/bucket_edges.h"
#include "collector/history/export/vnstat_export.h"
#include "tests/history/usage_fixture.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace collector::test {
namespace {

using history::BucketUnit;
using history::Seconds;

constexpr const char* berlin = "Europe/Berlin";

JsonValue parsed(const std::string& text) {
  auto value = read_json_object(text);
  if (!value) throw std::runtime_error(value.error().text() + "\n" + text);
  return std::move(*value);
}

// Ids are numbers of rows in vnStat's database, and the version is its own: there only types are compared.
void expect_alike(const JsonValue& vnstat, const JsonValue& ours, const std::string& where) {
  ASSERT_EQ(vnstat.type, ours.type) << where;
  if (where.ends_with(".id") || where.ends_with(".vnstatversion")) return;
  EXPECT_EQ(vnstat.integer, ours.integer) << where;
  EXPECT_EQ(vnstat.text, ours.text) << where;
  ASSERT_EQ(vnstat.items.size(), ours.items.size()) << where;
  for (std::size_t i = 0; i < vnstat.items.size(); ++i)
    ASSERT_NO_FATAL_FAILURE(expect_alike(vnstat.items[i], ours.items[i], fmt::format("{}[{}]", where, i)));
  ASSERT_EQ(vnstat.members.size(), ours.members.size()) << where;
  for (std::size_t i = 0; i < vnstat.members.size(); ++i) {
    ASSERT_EQ(vnstat.members[i].first, ours.members[i].first) << where;
    ASSERT_NO_FATAL_FAILURE(expect_alike(vnstat.members[i].second, ours.members[i].second,
                                         where + "." + vnstat.members[i].first));
  }
}

class Vnstat : public UsageTest {
 protected:
  // vnStat's default limits; of the top it has 20 days.
  void write_vnstat(const std::vector<std::string>& interfaces, Seconds now) {
    create_directory(folder());  // whatever else lies there it takes for a database of old
    write_file(configuration(), fmt::format("DatabaseDir \"{}\"\nUseLogging 0\n", folder().native()));
    const Finished made = run_process({"/usr/sbin/vnstatd", "--initdb", "--config", configuration()});
    ASSERT_EQ(made.exit_code, 0) << made.err << made.out;
    std::string sql = "BEGIN;\n";
    int id = 0;
    for (const std::string& interface : interfaces)
      add_interface(sql, ++id, interface, now);
    write_file(directory_ / "traffic.sql", sql + "COMMIT;");
    const Finished written = run_process(
        {"/usr/bin/sqlite3", folder() / "vnstat.db", ".read " + (directory_ / "traffic.sql").native()});
    ASSERT_EQ(written.exit_code, 0) << written.err;
    ASSERT_EQ(written.err, "");
  }

  JsonValue vnstat() const {
    const Finished told =
        run_process({"/usr/bin/vnstat", "--config", configuration(), "--json"}, {{"TZ", berlin}});
    EXPECT_EQ(told.exit_code, 0) << told.err << told.out;
    return parsed(told.out);
  }

  const history::Zone zone_ = history::Zone::load(berlin).value();

 private:
  std::filesystem::path folder() const { return directory_ / "vnstat"; }
  std::filesystem::path configuration() const { return directory_ / "vnstat.conf"; }

  std::string local_text(Seconds moment, bool with_time) const {
    const auto local = zone_.local(moment);
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const auto minutes = (local - day).count() / 60;
    const std::string text =
        fmt::format("{}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                    static_cast<unsigned>(date.day()));
    return with_time ? fmt::format("{} {:02}:{:02}:00", text, minutes / 60, minutes % 60) : text;
  }

  void add_interface(std::string& sql, int id, const std::string& interface, Seconds now) {
    Seconds first = now;
    for (const FedRow& row : rows_)
      if (row.interface == interface) first = std::min(first, at(row.start));
    const Moved all = fed(0, 1LL << 40, interface);
    sql += fmt::format("INSERT INTO interface VALUES({},'{}','',1,'{} 00:00:00','{}',0,0,{},{});\n", id,
                       interface, local_text(first, false), local_text(now, true), all.recv, all.sent);
    struct Table {
      const char* name;
      BucketUnit unit;
      Seconds oldest;
    };
    const auto date = [&](const char* modifier) {
      const Finished told = run_process(
          {"/usr/bin/sqlite3", ":memory:",
           fmt::format("SELECT strftime('%s', '{}', {}, 'utc')", local_text(now, true), modifier)},
          {{"TZ", berlin}});
      if (told.out.empty()) throw std::runtime_error("sqlite3: " + told.err);
      return at(std::stoll(told.out));
    };
    for (const Table& table : {Table{"fiveminute", BucketUnit::five_minutes, date("'-48 hours'")},
                               Table{"hour", BucketUnit::hour, date("'-4 days'")},
                               Table{"day", BucketUnit::day, date("'-62 days', 'start of day'")},
                               Table{"month", BucketUnit::month, date("'-25 months', 'start of month'")},
                               Table{"year", BucketUnit::year, at(0)}})
      add_table(sql, table.name, id, interface, table.unit, std::max(table.oldest, first), now);
    add_top(sql, id, interface, first, now);
  }

  void add_table(std::string& sql, const char* name, int id, const std::string& interface, BucketUnit unit,
                 Seconds oldest, Seconds now) {
    for (auto bucket = history::bucket_around(zone_, oldest, {.unit = unit}); bucket.start < now;
         bucket = history::bucket_around(zone_, bucket.end, {.unit = unit})) {
      const auto start = bucket.start.time_since_epoch().count();
      const auto end = bucket.end.time_since_epoch().count();
      if (!is_fed(interface, start, end)) continue;
      const Moved moved = fed(start, end, interface);
      const bool with_time = unit == BucketUnit::five_minutes || unit == BucketUnit::hour;
      sql += fmt::format("INSERT INTO {}(interface, date, rx, tx) VALUES({},'{}',{},{});\n", name, id,
                         local_text(bucket.start, with_time), moved.recv, moved.sent);
    }
  }

  void add_top(std::string& sql, int id, const std::string& interface, Seconds first, Seconds now) {
    std::multimap<std::int64_t, std::string> largest;
    for (auto day = history::bucket_around(zone_, first, {.unit = BucketUnit::day}); day.start < now;
         day = history::bucket_around(zone_, day.end, {.unit = BucketUnit::day})) {
      const Moved moved =
          fed(day.start.time_since_epoch().count(), day.end.time_since_epoch().count(), interface);
      largest.emplace(-moved.recv - moved.sent,
                      fmt::format("INSERT INTO top(interface, date, rx, tx) VALUES({},'{}',{},{});\n", id,
                                  local_text(day.start, false), moved.recv, moved.sent));
    }
    int count = 0;
    for (const auto& [size, statement] : largest)
      if (++count <= 20) sql += statement;
  }

  bool is_fed(const std::string& interface, std::int64_t start, std::int64_t end) const {
    return std::ranges::any_of(rows_, [&](const FedRow& row) {
      return row.interface == interface && row.start < end && row.start + row.span > start;
    });
  }
};

// Half a year by hours, then five days by five minutes; across the change of clocks in March. A tunnel is in
// vnStat's list too, loopback is not.
TEST_F(Vnstat, PrintsTheSameOfTheSameTraffic) {
  options_.zone = zone_;
  open();
  // 12 April 2026, 14:35 in Berlin.
  const Seconds now = at(1'775'997'300);
  const auto recent = now.time_since_epoch().count() - 5LL * 86'400;
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (const auto& [interface, kind, step] :
       {std::tuple{"wlp3s0", "physical", 7}, {"wg0", "wireguard", 3}, {"lo", "loopback", 1}}) {
    std::int64_t number = 0;
    for (std::int64_t start = now.time_since_epoch().count() - 180LL * 86'400; start < recent; start += 3600)
      feed(maker,
           {"thinkpad", interface, start / 3600 * 3600, 3600, 1'000'003 * (++number % 97) * step,
            10'007 * (number % 89)},
           kind);
    for (std::int64_t start = recent / 3600 * 3600 + 3600; start < now.time_since_epoch().count();
         start += 300)
      feed(maker, {"thinkpad", interface, start, 300, 100'003 * (++number % 53) * step, number % 41}, kind);
  }
  store(maker);
  ASSERT_NO_FATAL_FAILURE(write_vnstat({"wlp3s0", "wg0"}, now));

  const auto ours = vnstat_json(history(), {.selection = {}, .range = {}, .zone = zone_, .now = now});
  ASSERT_TRUE(ours) << ours.error().text();
  const JsonValue theirs = vnstat();
  ASSERT_EQ(theirs.member("interfaces")->items.size(), 2U);
  const JsonValue& wlan = *theirs.member("interfaces")->items[1].member("traffic");
  EXPECT_EQ(wlan.member("fiveminute")->items.size(), 576U);
  EXPECT_EQ(wlan.member("top")->items.size(), 20U);
  expect_alike(theirs, parsed(*ours), "");
}

// A day's bytes are no hour's.
TEST_F(Vnstat, HasNoEntryOfWhatIsKeptInDaysOnly) {
  options_.zone = zone_;
  open();
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (std::int64_t start = first_second; start < first_second + 3 * 86'400; start += 3600)
    feed(maker, {"thinkpad", "eth0", start, 3600, 1000, 10}, "physical");
  store(maker);
  close();
  change("DELETE FROM net_1h_data; DELETE FROM net_5m_data; DELETE FROM net_data");
  const auto ours = vnstat_json(
      history(), {.selection = {}, .range = {}, .zone = zone_, .now = at(first_second + 3 * 86'400)});
  ASSERT_TRUE(ours) << ours.error().text();
  const JsonValue read = parsed(*ours);
  const JsonValue& traffic = *read.member("interfaces")->items.at(0).member("traffic");
  EXPECT_TRUE(traffic.member("fiveminute")->items.empty());
  EXPECT_TRUE(traffic.member("hour")->items.empty());
  EXPECT_GE(traffic.member("day")->items.size(), 3U);
}

// As many months as vnStat keeps: this one, and 25 before it.
TEST_F(Vnstat, HasAsManyMonthsAsItKeeps) {
  options_.zone = zone_;
  open();
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (std::int64_t month = 0; month < 30; ++month)
    feed(maker, {"thinkpad", "eth0", first_second + month * 2'629'800 + 86'400, 300, 1000, 10}, "physical");
  store(maker);
  const auto ours = vnstat_json(
      history(),
      {.selection = {}, .range = {}, .zone = zone_, .now = at(first_second + 29 * 2'629'800 + 2 * 86'400)});
  ASSERT_TRUE(ours) << ours.error().text();
  const JsonValue read = parsed(*ours);
  EXPECT_EQ(read.member("interfaces")->items.at(0).member("traffic")->member("month")->items.size(), 26U);
}

// Two thousand years of five minutes would be 213 million, none of them with an entry.
TEST_F(Vnstat, AsksOnlyForTimesThatTheHistoryHas) {
  options_.zone = zone_;
  open();
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (std::int64_t start = first_second; start < first_second + 3 * 86'400; start += 3600)
    feed(maker, {"thinkpad", "eth0", start, 3600, 1000, 10}, "physical");
  store(maker);
  const auto file = history::HistoryFile::open(UsageTest::file(), {.most_buckets = 10'000});
  ASSERT_TRUE(file) << file.error().text();
  const auto exported = [&](Seconds from, Seconds to) {
    const auto text = vnstat_json(*file, {.selection = {},
                                          .range = history::Interval{from, to},
                                          .zone = zone_,
                                          .now = at(first_second + 4 * 86'400)});
    return text ? *text : text.error().text();
  };
  const Seconds year_1 = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
  const Seconds year_9999 = std::chrono::sys_days(std::chrono::year(9999) / 1 / 1);
  const std::string all = exported(year_1, year_9999);
  EXPECT_EQ(all, exported(at(first_second - 86'400), at(first_second + 86'400 * 4)));
  const JsonValue read = parsed(all);
  const JsonValue& traffic = *read.member("interfaces")->items.at(0).member("traffic");
  EXPECT_EQ(traffic.member("hour")->items.size(), 72U);
  const std::string nothing = "\"interfaces\":[]";
  EXPECT_NE(exported(year_1, year_1 + std::chrono::hours(24 * 365)).find(nothing), std::string::npos);
  EXPECT_NE(exported(year_9999 - std::chrono::hours(24), year_9999).find(nothing), std::string::npos);
}

}  // namespace
}  // namespace collector::test
