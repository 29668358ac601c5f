// Questions about gauges, states and any tags, beside plain SQL on the rows of the same file.
#include <random>

#include "collector/history/bucket_edges.h"
#include "tests/history/usage_fixture.h"
#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

using history::Interval;
using history::Reading;
using history::Seconds;
using history::UsageAnswer;
using history::UsageBucket;

constexpr std::int64_t start = first_second;

class ReadingsTest : public UsageTest {
 protected:
  std::int64_t pick(std::int64_t below) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
  }

  // Three days of `net` on two hosts in two rooms, with load and state, windows of 30 s to minutes.
  void live() {
    BatchMaker makers[2];
    std::int64_t clock = start + pick(86'400);
    const std::int64_t until = clock + 3 * 86'400;
    std::map<std::string, SeriesPtr> series;
    while (clock < until) {
      for (int host = 0; host < 2; ++host) {
        BatchMaker& maker = makers[host];
        maker.begin({{"host", host == 0 ? "attic" : "cellar"}, {"room", host == 0 ? "up" : "down"}});
        std::int64_t at = clock;
        for (int window = 0; window < 50; ++window) {
          const std::int64_t span = 30 + pick(60);
          for (const char* interface : {"eth0", "eth1", "wlan0"}) {
            if (pick(4) == 0) continue;
            SeriesPtr& one = series[std::to_string(host) + interface];
            if (!one)
              one = maker.series(
                  net_measurement(),
                  {{"interface", interface}, {"kind", interface[0] == 'e' ? "physical" : "wireless"}});
            Row row = row_of(one, at - first_second);
            row.end = row.start + std::chrono::seconds(span);
            const double low = static_cast<double>(pick(1000)) / 8;
            maker.row(std::move(row),
                      {counter_cell(pick(1'000'000), 0, 1), counter_cell(pick(1000), 0, 1),
                       real_cell(low + 3, low, low + 9, low + 1), text_cell(pick(2) == 0 ? "up" : "down")});
          }
          at += span;
        }
        ASSERT_EQ(write({maker.take()}), "");
      }
      clock += 50 * 90;
    }
    newest_ = clock;
  }
  // Of one row of SQL, or a text that says it was NULL.
  std::string said(const Reading& reading, const std::string& query) const {
    const std::string expected = sql(query);
    const std::string got =
        reading.is_known ? fmt::format("{:.6f}|{:.6f}|{:.6f}", reading.mean, reading.lowest, reading.highest)
                         : "||";
    return got == expected ? "" : got + " but SQL says " + expected;
  }
  static std::string mean_sql(std::int64_t from, std::int64_t to, const std::string& where,
                              const std::string& table = "net") {
    return fmt::format(
        "SELECT printf('%.6f', sum(load * span) / sum(span)), printf('%.6f', min(load_min)),"
        " printf('%.6f', max(load_max)) FROM {} WHERE load IS NOT NULL AND time >= {} AND time < {} AND {}",
        table, from, to, where);
  }

  std::int64_t newest_ = 0;
  std::mt19937_64 random_{random_seed()};
};

// Ranges that no row reaches over: then SQL needs no spreading.
TEST_F(ReadingsTest, GaugesAreWhatSqlSaysOfTheRowsAtEveryLevel) {
  options_.format.minimum = true;
  options_.format.maximum = true;
  ASSERT_NO_FATAL_FAILURE(live());
  const history::Selection by_room{
      .fields = {"load", "bytes_recv"}, .scope = history::Scope::all, .by_tags = {"room", "kind"}};
  const std::int64_t end = history::floor_to(newest_, 86'400) + 86'400;
  for (const bool rows_alone : {true, false}) {
    const auto edges = std::vector<Seconds>{at(start), at(end)};
    const UsageAnswer answer = ask(by_room, edges);
    EXPECT_EQ(answer.kinds, (std::vector{FieldKind::gauge, FieldKind::counter}));
    ASSERT_EQ(answer.groups.size(), 4U);
    EXPECT_EQ(answer.groups[0].tags, (std::vector<std::string>{"down", "physical"}));
    for (const auto& group : answer.groups) {
      const std::string where = fmt::format("room='{}' AND kind='{}'", group.tags[0], group.tags[1]);
      // Once all is closed, the days that anybody can query say the same.
      const char* table = rows_alone ? "net" : "net_1d";
      EXPECT_EQ(said(group.total.readings.at(0), mean_sql(start, end, where, table)), "");
      EXPECT_EQ(group.total.fields.at(1).sum, number("SELECT sum(bytes_recv) FROM net WHERE " + where));
      EXPECT_FALSE(group.total.readings.at(1).is_known);
      EXPECT_FALSE(group.total.fields.at(0).is_known);
    }
    // The same once everything is closed.
    if (!rows_alone) break;
    BatchMaker later;
    ASSERT_EQ(write({later.begin().mem(end + 7200 - start, 1).take()}), "");
  }
}

TEST_F(ReadingsTest, ColumnsOfAnyStepAddUpToTheWholeMean) {
  ASSERT_NO_FATAL_FAILURE(live());
  const history::Selection all{.fields = {"load"}, .scope = history::Scope::all};
  for (int question = 0; question < 30; ++question) {
    const std::int64_t from = start + pick(2 * 86'400), length = 3600 + pick(2 * 86'400);
    const Interval range{at(from), at(from + length)};
    const auto step = history::step_for(range, static_cast<int>(20 + pick(300)));
    const UsageAnswer answer = ask(all, history::picture_edges(range, step));
    EXPECT_EQ(answer.edges.front(), range.start);
    EXPECT_EQ(answer.edges.back(), range.end);
    double sum = 0, weight = 0;
    const auto& group = answer.groups.at(0);
    for (const UsageBucket& bucket : group.buckets) {
      const Reading& one = bucket.readings.at(0);
      if (!one.is_known) continue;
      EXPECT_LE(one.lowest, one.mean);
      EXPECT_GE(one.highest, one.mean);
      sum += one.mean * static_cast<double>(one.weight);
      weight += static_cast<double>(one.weight);
    }
    const Reading& total = group.total.readings.at(0);
    EXPECT_EQ(static_cast<double>(total.weight), weight);
    EXPECT_NEAR(total.mean, weight == 0 ? 0 : sum / weight, 1e-9 * total.mean);
    // Of the same file in one piece.
    const UsageAnswer whole = ask(all, {range.start, range.end});
    EXPECT_NEAR(whole.groups.at(0).total.readings.at(0).mean, total.mean, 1e-9 * total.mean + 1e-12);
    EXPECT_EQ(whole.groups.at(0).total.readings.at(0).weight, total.weight);
  }
}

TEST_F(ReadingsTest, OfAStateTheNewestIsTold) {
  ASSERT_NO_FATAL_FAILURE(live());
  const history::Selection states{
      .fields = {"state"}, .scope = history::Scope::all, .by_tags = {"host", "interface"}};
  for (int question = 0; question < 20; ++question) {
    const std::int64_t to = start + 86'400 + pick(2 * 86'400);
    const UsageAnswer answer = ask(states, {at(start), at(to)});
    ASSERT_EQ(answer.groups.size(), 6U);
    for (const auto& group : answer.groups)
      EXPECT_EQ(group.total.readings.at(0).last,
                sql(fmt::format("SELECT state FROM net WHERE host='{}' AND interface='{}' AND time < {}"
                                " ORDER BY time DESC LIMIT 1",
                                group.tags[0], group.tags[1], to)));
  }
}

// Beside others in the same file.
TEST_F(ReadingsTest, OneMeasurementHasItsOwnTagsAndFields) {
  BatchMaker maker;
  begin(maker, "attic");
  maker.net("eth0", 60, 1000).mem(60, 17);
  store(maker);
  const auto mem = history().measurement("mem");
  ASSERT_TRUE(mem) << mem.error().text();
  ASSERT_TRUE(*mem);
  EXPECT_EQ((**mem).name, "mem");
  EXPECT_EQ((**mem).tags, (std::vector<std::string>{"host"}));
  ASSERT_EQ((**mem).fields.size(), 1U);
  EXPECT_EQ((**mem).fields[0].name, "used");
  const auto net = history().measurement("net");
  ASSERT_TRUE(net && *net);
  EXPECT_EQ((**net).name, "net");
  EXPECT_EQ((**net).tags, (std::vector<std::string>{"host", "interface"}));
  EXPECT_FALSE(*history().measurement("none"));
}

TEST_F(ReadingsTest, WhatThereIsToAskForIsTold) {
  BatchMaker maker;
  ASSERT_EQ(write({maker.begin({{"host", "laptop"}, {"room", "up"}}).net("eth0", 0, 1).mem(0, 5).take()}),
            "");
  const auto measurements = history().measurements();
  ASSERT_TRUE(measurements) << measurements.error().text();
  ASSERT_EQ(measurements->size(), 2U);
  EXPECT_EQ(measurements->at(0).name, "mem");
  EXPECT_EQ(measurements->at(1).tags, (std::vector<std::string>{"host", "room", "interface"}));
  std::string fields;
  for (const auto& field : measurements->at(1).fields)
    fields += fmt::format("{} {} ", field.name, static_cast<int>(field.kind));
  EXPECT_EQ(fields, fmt::format("bytes_recv {0} bytes_sent {0} load {1} state {2} ",
                                static_cast<int>(FieldKind::counter), static_cast<int>(FieldKind::gauge),
                                static_cast<int>(FieldKind::state)));
  const auto wrong = history().usage({{.by_tags = {"romo"}}, {at(start), at(start + 60)}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().text(), "net has no tag 'romo'; did you mean \"room\"?");
}

TEST_F(ReadingsTest, APictureIsBounded) {
  BatchMaker maker;
  maker.begin();
  for (int i = 0; i < 65; ++i)
    maker.net("eth" + std::to_string(i), 0, 1);
  store(maker);
  const auto ask_for = [&](std::size_t columns, const std::string& by) {
    std::vector<Seconds> edges;
    for (std::size_t i = 0; i <= columns; ++i)
      edges.push_back(at(start + static_cast<std::int64_t>(i) * 300));
    history::UsageQuery query{{.scope = history::Scope::all}, edges, history::AnswerLimits{}};
    if (!by.empty()) query.selection.by_tags = {by};
    const auto answer = history().usage(query);
    return answer ? "" : answer.error().text();
  };
  EXPECT_EQ(ask_for(4000, "host"), "");
  EXPECT_EQ(ask_for(4001, ""),
            "4001 columns are more than the 4000 of one answer; ask for longer steps, or for a shorter time");
  EXPECT_EQ(
      ask_for(10, "interface"),
      "65 groups are more than the 64 of one answer; choose some with a filter, or group by fewer tags");
}

TEST_F(ReadingsTest, AQuestionThatIsGivenUpLeavesNoTransactionOpen) {
  ASSERT_NO_FATAL_FAILURE(live());
  const auto file = history(std::chrono::milliseconds(1));
  const history::UsageQuery longest{
      {.fields = {"bytes_recv", "load"}, .scope = history::Scope::all, .by_tags = {"interface"}},
      history::step_edges({at(start), at(start + 4 * 86'400)}, std::chrono::seconds(30))};
  const auto answer = file.usage(longest);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().text(),
            "the question was given up after 1 ms; ask for a shorter time, or for longer buckets");
  EXPECT_EQ(store_->database().query_integer("PRAGMA wal_checkpoint(TRUNCATE)"), 0) << "somebody reads";
  EXPECT_TRUE(history().usage(longest));
  EXPECT_EQ(history::HistoryFile::Options{}.at_most, std::chrono::milliseconds(250));
}

}  // namespace
}  // namespace collector::test
