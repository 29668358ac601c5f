#include "collector/pipeline/row_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/pipeline/rig.h"

namespace collector::test {
namespace {

class RowOrder : public testing::Test {
 protected:
  void add(const SeriesPtr& series, std::int64_t start, std::uint32_t clock_steps = 0) {
    Row row;
    row.series = series;
    row.start = wall(start);
    row.samples = ++added_;
    row.clock_steps = clock_steps;
    batch_.add(std::move(row))[3].present = true;
  }
  std::vector<std::string> order() {
    sort_rows(batch_);
    std::vector<std::string> out;
    for (const Row& row : batch_.rows)
      out.push_back(std::string(row.series->tag("interface")) + " " +
                    std::to_string(unix_seconds(row.start)) + (row.clock_steps > 0 ? " again" : ""));
    return out;
  }

  Machine machine_;
  Batch batch_;
  std::uint32_t added_ = 0;
};

TEST_F(RowOrder, WindowsOneBehindTheOtherBecomeSeriesBySeries) {
  for (const std::int64_t start : {10, 20, 30})
    for (const char* name : {"a", "b", "c"})
      if (start != 20 || *name != 'b') add(machine_.series(name), start);
  EXPECT_EQ(order(),
            (std::vector<std::string>{"a 10", "a 20", "a 30", "b 10", "b 30", "c 10", "c 20", "c 30"}));
}

TEST_F(RowOrder, AWindowLivedTwiceComesInTheOrderItWasLived) {
  const SeriesPtr a = machine_.series("a");
  add(a, 10);
  add(a, 20);
  add(a, 10, 1);
  add(a, 20, 1);
  EXPECT_EQ(order(), (std::vector<std::string>{"a 10", "a 10 again", "a 20", "a 20 again"}));
}

TEST_F(RowOrder, ASeriesThatWasLetGoAndCameAgainIsOneSeries) {
  const SeriesPtr before =
      std::make_shared<const Series>(net_measurement(), std::vector<Tag>{{"interface", "a"}});
  add(before, 10);
  add(machine_.series("b"), 10);
  add(machine_.series("a"), 20);
  add(before, 30);
  EXPECT_EQ(order(), (std::vector<std::string>{"a 10", "a 20", "a 30", "b 10"}));
}

TEST_F(RowOrder, CellsStayWithTheirRows) {
  std::mt19937 random(7);
  for (int i = 0; i < 500; ++i) {
    add(machine_.series(std::to_string(random() % 20)), i);
    batch_.cells[batch_.rows.back().first_cell].counter.delta = batch_.rows.back().samples;
    batch_.cells[batch_.rows.back().first_cell].present = true;
  }
  sort_rows(batch_);
  EXPECT_EQ(batch_.rows.size(), 500U);
  for (const Row& row : batch_.rows)
    EXPECT_EQ(batch_.cells_of(row)[0].counter.delta, row.samples);
}

}  // namespace
}  // namespace collector::test
