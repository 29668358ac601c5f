#include "tests/history/usage_fixture.h"

#include <algorithm>

namespace collector::test {
namespace {

// Of an amount that moved evenly over `span`, what had moved after `passed`: whole bytes.
std::int64_t moved_after(std::int64_t amount, std::int64_t passed, std::int64_t span) {
  __extension__ typedef __int128 Wide;
  return static_cast<std::int64_t>(static_cast<Wide>(amount) * passed / span);
}

std::int64_t moved_in(std::int64_t amount, std::int64_t start, std::int64_t span, std::int64_t from,
                      std::int64_t to) {
  const auto passed = [&](std::int64_t moment) { return std::clamp<std::int64_t>(moment - start, 0, span); };
  return moved_after(amount, passed(to), span) - moved_after(amount, passed(from), span);
}

history::HistoryFile opened(const std::string& file, const history::HistoryFile::Options& options) {
  auto opened = history::HistoryFile::open(file, options);
  if (!opened) throw std::runtime_error(opened.error().text());
  return std::move(*opened);
}

}  // namespace

void UsageTest::feed(BatchMaker& maker, const FedRow& fed, const std::string& kind, std::uint16_t flags,
                     const std::string& parent) {
  if (!starts_.emplace(fed.host + " " + fed.interface, fed.start).second) return;
  std::vector<Tag> tags{{"interface", fed.interface}, {"kind", kind}};
  if (!parent.empty()) tags.push_back({"parent", parent});
  Row row = row_of(maker.series(net_measurement(), std::move(tags)), fed.start - first_second, flags);
  row.end = row.start + std::chrono::seconds(fed.span);
  const auto rate = [&](std::int64_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(fed.span);
  };
  maker.row(std::move(row),
            {counter_cell(fed.recv, 0, rate(fed.recv)), counter_cell(fed.sent, 0, rate(fed.sent)),
             real_cell(1, 1, 1, 1), text_cell("up")});
  rows_.push_back(fed);
}

void UsageTest::store(BatchMaker& maker) {
  ASSERT_EQ(write({maker.take()}), "");
}

UsageTest::Moved UsageTest::fed(std::int64_t from, std::int64_t to, const std::string& interface) const {
  Moved all;
  for (const FedRow& row : rows_) {
    if (!interface.empty() && row.interface != interface) continue;
    all.recv += moved_in(row.recv, row.start, row.span, from, to);
    all.sent += moved_in(row.sent, row.start, row.span, from, to);
  }
  return all;
}

history::HistoryFile UsageTest::history(std::chrono::milliseconds at_most) const {
  return opened(file(), {.at_most = at_most});
}

history::HistoryFile UsageTest::history(const Clock& clock) const {
  return opened(file(), {.at_most = std::chrono::milliseconds(0), .clock = &clock});
}

history::UsageAnswer UsageTest::ask(const history::Selection& selection,
                                    const std::vector<history::Seconds>& edges) const {
  auto answer = history().usage({selection, edges});
  if (!answer) throw std::runtime_error(answer.error().text());
  return std::move(*answer);
}

void UsageTest::expect_exact(const history::UsageAnswer& answer, const std::string& interface) const {
  for (const history::UsageGroup& group : answer.groups) {
    const std::string name = group.interface.empty() ? interface : group.interface;
    const auto expect = [&](const history::UsageBucket& bucket) {
      const auto from = bucket.time.start.time_since_epoch().count();
      const auto to = bucket.time.end.time_since_epoch().count();
      const Moved moved = fed(from, to, name);
      ASSERT_EQ(bucket.fields.at(0).sum, moved.recv) << name << " " << from << " to " << to;
      ASSERT_EQ(bucket.fields.at(1).sum, moved.sent) << name << " " << from << " to " << to;
    };
    ASSERT_EQ(group.buckets.size() + 1, answer.edges.size());
    for (const history::UsageBucket& bucket : group.buckets)
      ASSERT_NO_FATAL_FAILURE(expect(bucket));
    ASSERT_NO_FATAL_FAILURE(expect(group.total));
  }
}

}  // namespace collector::test
