// The figures beside a bar, and their titles. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/cli/history/bar_screen.h"
#include "collector/history/figures.h"

namespace collector {

struct BarColumns {
  bool rate_and_seen = false;  // instead of the total: busiest second, and how much was observed
  bool share = false;          // of `whole`
  std::uint64_t whole = 0;     // bytes
  AmountUnits units = AmountUnits::si;

  std::vector<BarScreen::Column> titles() const;
  std::vector<std::string> cells(const history::UsageBucket& bucket) const;
  std::vector<std::string> sum_cells(const Moved& moved) const;  // a sum has amounts only
};

BarScreen::Row row_of_bucket(std::string label, const history::UsageBucket& bucket,
                             const BarColumns& columns);

// What the marks of its rows mean, to its notes: as many sentences in a line as 80 columns hold.
void add_legend(BarScreen& screen);

}  // namespace collector
