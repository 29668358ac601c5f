// Plans of the configuration reach the history: their cycles are kept when they are over.
#include <stdexcept>

#include "config/configuration.h"
#include "tests/sinks/sqlite/sqlite_fixture.h"

namespace collector::test {
namespace {

std::vector<PlanConfiguration> plans_in(const std::string& plans) {
  static const std::vector<ComponentType> types{sqlite_sink().component};
  Catalog catalog;
  catalog.sinks = types;
  const Environment environment{[](const std::string&) { return std::optional<std::string>(); }, "laptop"};
  const auto parsed =
      parse_configuration("state: /var/lib/collector\nsinks: {a: {type: sqlite}}\nplans: {" + plans + "}\n",
                          "collector.yaml", catalog, environment);
  if (!parsed) throw std::runtime_error(parsed.error().front().text());
  return parsed->plans;
}

TEST_F(SqliteSinkTest, CyclesOfPlansAreKeptWhenTheyAreOver) {
  constexpr std::int64_t day = 86'400;
  plans_ = plans_in(
      "home: {interfaces: [eth0], cycle: {weekday: monday}, quota: 1GB, counts: in, price: {currency: EUR, "
      "rate: 1.50/GB}}");
  BatchMaker maker;
  auto sink = make_sink();
  // First of January 2026, a Thursday; the sink is opened by write().
  ASSERT_EQ(write(*sink, maker, {maker.begin().net("eth0", 0, 1'000'000'000).take()}), "");
  const auto write_at = [&](std::int64_t second, std::int64_t bytes) {
    clock_.advance(WallTime(std::chrono::seconds(first_second + second + 60)) - clock_.now().wall);
    return write(*sink, maker, {maker.begin().net("eth0", second, bytes).take()});
  };
  ASSERT_EQ(write_at(5 * day, 500'000'000), "");
  ASSERT_EQ(write_at(12 * day, 1), "");
  EXPECT_EQ(sql("SELECT plan, date(start, 'unixepoch'), date(ends, 'unixepoch'), received, used, quota, cost,"
                " currency, zone, known, slots FROM billing_period"),
            "home|2025-12-29|2026-01-05|1000000000|1000000000|1000000000|1.5|EUR|UTC|1|2016\n"
            "home|2026-01-05|2026-01-12|500000000|500000000|1000000000|0.75|EUR|UTC|1|2016");
  // A plan that is gone leaves its bills.
  plans_.clear();
  sink = make_sink();
  ASSERT_EQ(write_at(30 * day, 1), "");
  EXPECT_EQ(sql("SELECT count(*) FROM billing_period"), "2");
}

}  // namespace
}  // namespace collector::test
