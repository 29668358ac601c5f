// What a running collector has not written yet, laid over the file: nothing twice and nothing missing,
// whatever is written between the two questions.
#include "collector/history/open_window.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/history/usage_fixture.h"

namespace collector::test {
namespace {

using history::UnwrittenRows;

constexpr std::int64_t noon = first_second + 12 * 3600;

class OpenWindowTest : public UsageTest {
 protected:
  void SetUp() override { open(); }

  // What the collector has after its last batch that is in the spool.
  history::OpenWindow told(const std::vector<BatchPtr>& batches, std::int64_t as_of,
                           std::optional<std::uint64_t> after = {}) {
    const UnwrittenRows rows{{maker_.source(), maker_.epoch(), after.value_or(stored_up_to_)},
                             WallTime(std::chrono::seconds(as_of)),
                             batches};
    auto window = history::parse_open_window(history::open_window_text(rows));
    EXPECT_TRUE(window) << window.error().text();
    return *std::move(window);
  }
  // Rows of 30 s that begin at these moments, one of each interface.
  BatchPtr rows(std::initializer_list<std::int64_t> starts, std::initializer_list<const char*> interfaces,
                const std::string& host = "laptop") {
    begin(maker_, host);
    for (const std::int64_t start : starts)
      for (const char* interface : interfaces)
        feed(maker_, {host, interface, start, 30, 1'000 + start % 97, 77}, "physical");
    return maker_.take();
  }
  void write_down(const BatchPtr& batch) {
    ASSERT_EQ(write({batch}), "");
    stored_up_to_ = batch->origin.sequence;
  }
  history::UsageAnswer whole_day(const history::HistoryFile& file, const history::Selection& about = {}) {
    auto answer = file.usage({about, {at(first_second), at(first_second + 86'400)}});
    if (!answer) throw std::runtime_error(answer.error().text());
    return *std::move(answer);
  }

  BatchMaker maker_;
  std::uint64_t stored_up_to_ = 0;
};

TEST_F(OpenWindowTest, GoesThereAndBackAsAText) {
  begin(maker_, "caf\xE9");
  feed(maker_, {"caf\xE9", "eth\n0", noon - 5'000'000, 5'000'000, (1LL << 62) + 1, 0}, "physical",
       flag::recovered | flag::reset);
  const auto window = told({maker_.take(), rows({noon, noon + 30}, {"eth0"})}, noon + 60, 1ULL << 40);
  EXPECT_EQ(window.after, (Origin{maker_.source(), maker_.epoch(), 1ULL << 40}));
  EXPECT_EQ(window.as_of, WallTime(std::chrono::seconds(noon + 60)));
  ASSERT_EQ(window.parts.size(), 2U);
  EXPECT_EQ(window.parts[0].labels, (std::vector<Tag>{{"host", "caf\xE9"}}));
  const JsonRow& row = window.parts[0].rows.at(0);
  EXPECT_EQ(row.tags, (std::map<std::string, std::string>{{"interface", "eth\n0"}, {"kind", "physical"}}));
  EXPECT_EQ(row.fields.at("bytes_recv"), JsonRow::Value((1LL << 62) + 1));
  EXPECT_EQ(row.flags, flag::recovered | flag::reset);
  EXPECT_EQ(row.span, std::chrono::seconds(5'000'000));
  EXPECT_EQ(window.parts[1].rows.size(), 2U);
  for (const char* broken : {"", "{}", "{\"source\":\"x\"}\n", "[1]\n"})
    EXPECT_FALSE(history::parse_open_window(broken)) << broken;
  const std::string text = history::open_window_text({window.after, window.as_of, {}});
  EXPECT_TRUE(history::parse_open_window(text));
  EXPECT_FALSE(history::parse_open_window(text + "{\"time\":1}\n"));
}

TEST_F(OpenWindowTest, IsAddedToWhatIsStored) {
  write_down(rows({noon, noon + 30}, {"eth0", "eth1"}));
  auto file = history();
  const auto before = whole_day(file);
  expect_exact(before);
  EXPECT_FALSE(before.is_live);
  EXPECT_EQ(before.as_of, at(noon + 60));

  const auto window =
      told({rows({noon + 60, noon + 90}, {"eth0"}), rows({noon + 120}, {"eth0", "eth1"})}, noon + 151);
  file.add_open_window([&] { return window; });
  const auto answer = whole_day(file, {.by = history::GroupBy::interface});
  expect_exact(answer);
  EXPECT_TRUE(answer.is_live);
  EXPECT_EQ(answer.as_of, at(noon + 151)) << "nothing has moved for a second, and that is known";
  ASSERT_EQ(answer.groups.size(), 2U) << "rows of a series are one series' wherever they are";
  EXPECT_EQ(answer.groups[0].total.observed, 150'000);
  // Buckets cut the rows of the window as they cut those of the file.
  std::vector<history::Seconds> edges;
  for (std::int64_t edge = noon; edge <= noon + 160; edge += 7)
    edges.push_back(at(edge));
  const auto fine = file.usage({{}, edges});
  ASSERT_TRUE(fine);
  expect_exact(*fine);
  const auto content = file.content();
  ASSERT_TRUE(content);
  EXPECT_EQ(content->time->end, at(noon + 150));
}

// A row that was counted since long before, as after a start: no bucket has it, whenever it began.
TEST_F(OpenWindowTest, ARowThatBeganInAClosedHourIsInIt) {
  write_down(rows({noon - 7200}, {"eth0"}));
  write_down(rows({noon, noon + 30}, {"eth0"}));
  ASSERT_GT(number("SELECT closed FROM level_state"), noon - 7200);
  begin(maker_, "laptop");
  feed(maker_, {"laptop", "eth0", noon - 7000, 6000, 999'999, 1}, "physical", flag::recovered);
  const auto window = told({maker_.take()}, noon + 60);
  auto file = history();
  file.add_open_window([&] { return window; });
  const auto answer = whole_day(file);
  expect_exact(answer);
  const auto hours = file.usage({{}, {at(noon - 7200), at(noon - 3600), at(noon), at(noon + 3600)}});
  ASSERT_TRUE(hours);
  expect_exact(*hours);
  const auto marks = file.marks({}, {at(noon - 8000), at(noon)});
  ASSERT_TRUE(marks);
  ASSERT_EQ(marks->size(), 1U);
  EXPECT_EQ(marks->front().kind, history::Mark::Kind::recovered);
}

TEST_F(OpenWindowTest, AnInterfaceThatTheFileDoesNotKnowYetIsInIt) {
  write_down(rows({noon}, {"eth0"}));
  const auto window =
      told({rows({noon + 30}, {"eth0", "usb0"}), rows({noon + 30}, {"eth0"}, "phone")}, noon + 60);
  auto file = history();
  file.add_open_window([&] { return window; });
  const auto content = file.content();
  ASSERT_TRUE(content);
  EXPECT_EQ(content->hosts, (std::vector<std::string>{"laptop", "phone"}));
  ASSERT_EQ(content->interfaces.size(), 3U);
  EXPECT_TRUE(content->interfaces[1].is_uplink);
  EXPECT_EQ(content->interfaces[1].interface, "usb0");
  const auto answer = whole_day(file);
  expect_exact(answer);
  const auto one = whole_day(file, {.filters = {{"interface", {"usb*"}}}});
  EXPECT_EQ(one.groups.front().total.fields.at(0).sum, fed(0, 1LL << 40, "usb0").recv);
  EXPECT_EQ(one.counted, (std::vector<std::string>{"usb0"}));
}

// The flush comes between the two questions: the collector is asked again.
TEST_F(OpenWindowTest, WhatWasWrittenMeanwhileIsNotThereTwice) {
  write_down(rows({noon}, {"eth0"}));
  const BatchPtr flushed = rows({noon + 30}, {"eth0"});
  const auto first = told({flushed}, noon + 60);
  const BatchPtr later = rows({noon + 60}, {"eth0"});
  int asked = 0;
  auto file = history();
  file.add_open_window([&]() -> std::optional<history::OpenWindow> {
    if (asked++ > 0) return told({later}, noon + 90);
    EXPECT_EQ(write({flushed}), "");
    stored_up_to_ = flushed->origin.sequence;
    return first;
  });
  const auto answer = whole_day(file);
  expect_exact(answer);
  EXPECT_TRUE(answer.is_live);
  EXPECT_EQ(asked, 2);
  // Nor between two questions of one screen.
  write_down(later);
  const BatchPtr last = rows({noon + 90}, {"eth0"});
  file.add_open_window([&] { return told({last}, noon + 120); });
  expect_exact(whole_day(file));
  write_down(last);
  file.add_open_window([&] { return told({}, noon + 130); });
  expect_exact(whole_day(file));
}

TEST_F(OpenWindowTest, EachQuestionLaysItAnewWhereTheFileHasMoved) {
  write_down(rows({noon}, {"eth0"}));
  BatchPtr waiting = rows({noon + 30}, {"eth0"});
  int asked = 0;
  auto file = history();
  file.add_open_window([&] {
    ++asked;
    return told({waiting}, noon + 60);
  });
  expect_exact(whole_day(file));
  expect_exact(whole_day(file));
  EXPECT_EQ(asked, 1) << "nothing was written in between";
  write_down(waiting);
  waiting = rows({noon + 60}, {"eth0"});
  expect_exact(whole_day(file));
  EXPECT_EQ(asked, 2);
  // Deleted by age, or by hand: no batch has come, and numbers of series may be others.
  change("DELETE FROM net_data WHERE time < " + std::to_string(noon + 30));
  const auto answer = whole_day(file);
  EXPECT_TRUE(answer.is_live);
  EXPECT_EQ(answer.groups.front().total.observed, 60'000);
}

// A hole must not be hidden by what lies behind it.
TEST_F(OpenWindowTest, WhereTheSinkIsBehindTheFileAnswersAlone) {
  write_down(rows({noon}, {"eth0"}));
  const auto stored = fed(0, 1LL << 40);
  const BatchPtr in_the_spool = rows({noon + 30}, {"eth0"});
  const auto window = told({rows({noon + 60}, {"eth0"})}, noon + 90, in_the_spool->origin.sequence);
  auto file = history();
  file.add_open_window([&] { return window; });
  const auto answer = whole_day(file);
  EXPECT_EQ(answer.groups.front().total.fields.at(0).sum, stored.recv);
  EXPECT_FALSE(answer.is_live);
  EXPECT_EQ(answer.as_of, at(noon + 30));
  // It comes a moment later.
  std::optional<std::jthread> sink;
  file.add_open_window([&] {
    sink.emplace([&] { EXPECT_EQ(write({in_the_spool}), ""); });
    return window;
  });
  const auto whole = whole_day(file);
  sink.reset();
  expect_exact(whole);
  EXPECT_TRUE(whole.is_live);
}

TEST_F(OpenWindowTest, AnotherCollectorsWindowIsNotAdded) {
  write_down(rows({noon}, {"eth0"}));
  const auto stored = fed(0, 1LL << 40);
  auto window = told({rows({noon + 30}, {"eth0"})}, noon + 60);
  window.after.epoch = Uuid::random();
  auto file = history();
  int asked = 0;
  file.add_open_window([&] {
    ++asked;
    return window;
  });
  for (int i = 0; i < 2; ++i) {
    const auto answer = whole_day(file);
    EXPECT_EQ(answer.groups.front().total.fields.at(0).sum, stored.recv);
    EXPECT_FALSE(answer.is_live);
  }
  EXPECT_EQ(asked, 1) << "it stays another's";
  file.add_open_window([] { return std::nullopt; });
  EXPECT_FALSE(whole_day(file).is_live);
}

}  // namespace
}  // namespace collector::test
