// Another program's history beside our own: what was measured each ten minutes, and days and hours to import.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "collector/history/past_import.h"
#include "tests/history/usage_fixture.h"
#include "tests/history/vectors.h"

namespace collector::test {

inline constexpr std::int64_t hour = 3600;
inline constexpr std::int64_t day = 86'400;
inline constexpr std::int64_t start = first_second;  // of the first day, 2026-01-01 UTC
inline constexpr history::Seconds far_away = history::Seconds(std::chrono::seconds(1LL << 40));

inline history::PastPiece piece(std::int64_t from, std::int64_t length, std::int64_t received) {
  return {{at(from), at(from + length)}, received, 2 * received};
}

class PastImportTest : public UsageTest {
 protected:
  // Our own history: 100 bytes each ten minutes from `from` on.
  void measure(std::int64_t from, std::int64_t to, const std::string& interface = "eth0",
               const std::string& kind = "physical") {
    begin(maker_, "laptop");
    for (std::int64_t second = from; second < to; second += 600)
      feed(maker_, {"laptop", interface, second, 600, 100, 200}, kind);
    store(maker_);
  }
  // Another program's: 1,000 bytes each hour of some days, from whose first hours are not kept.
  static history::PastInterface past(std::int64_t first_day, std::int64_t days, std::int64_t hours_since,
                                     const std::string& interface = "eth0") {
    history::PastInterface past{"laptop", interface, {}, {}, far_away};
    for (std::int64_t i = first_day; i < first_day + days; ++i)
      past.days.push_back(piece(start + i * day, day, 24'000));
    for (std::int64_t second = hours_since; second < start + (first_day + days) * day; second += hour)
      past.hours.push_back(piece(second, hour, 1'000));
    return past;
  }
  history::PastPlan import(history::PastInterface past, const std::string& zone = "UTC",
                           history::PastProgram program = history::PastProgram::vnstat, bool dry_run = false,
                           history::Seconds settled = far_away) {
    auto added = history::import_past(file(), {.program = program,
                                               .interfaces = {std::move(past)},
                                               .zone = zone_of(zone),
                                               .settled = settled,
                                               .dry_run = dry_run});
    EXPECT_TRUE(added) << (added ? "" : added.error().text());
    return added ? added->front().plan : history::PastPlan{};
  }
  history::UsageAnswer asked(std::int64_t from, std::int64_t to,
                             history::GroupBy by = history::GroupBy::none) const {
    return ask({.by = by}, {at(from), at(to)});
  }
  std::int64_t received(std::int64_t from, std::int64_t to) const {
    const auto answer = asked(from, to);
    EXPECT_TRUE(answer.moved.empty()) << answer.moved.size();
    return answer.groups.front().total.fields.at(0).sum;
  }
  BatchMaker maker_;
};

}  // namespace collector::test
