// A history of several interfaces that a test knows by heart: what it has fed, spread by a rule of its own.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collector/history/history_file.h"
#include "tests/history/store_fixture.h"

namespace collector::test {

class UsageTest : public StoreTest {
 protected:
  struct FedRow {
    std::string host, interface;
    std::int64_t start = 0;  // Unix seconds
    std::int64_t span = 0;   // seconds
    std::int64_t recv = 0, sent = 0;
  };
  struct Moved {
    std::int64_t recv = 0, sent = 0;
    friend bool operator==(const Moved&, const Moved&) = default;
  };

  // Feeds a row of an interface of this kind; not where the series has one that begins then.
  void feed(BatchMaker& maker, const FedRow& row, const std::string& kind, std::uint16_t flags = 0,
            const std::string& parent = "");
  // Starts a batch of this host, and stores it.
  void begin(BatchMaker& maker, const std::string& host) { maker.begin({{"host", host}}); }
  void store(BatchMaker& maker);

  // Of all rows that were fed to an interface ("" any), what lies within [from, to).
  Moved fed(std::int64_t from, std::int64_t to, const std::string& interface = "") const;

  history::HistoryFile history(std::chrono::milliseconds at_most = std::chrono::milliseconds(0)) const;
  history::HistoryFile history(const Clock& clock) const;
  history::UsageAnswer ask(const history::Selection& selection,
                           const std::vector<history::Seconds>& edges) const;
  // Every bucket's and the total's sums are what was fed between the edges that the answer names.
  void expect_exact(const history::UsageAnswer& answer, const std::string& interface = "") const;

  std::vector<FedRow> rows_;
  std::set<std::pair<std::string, std::int64_t>> starts_;
};

inline history::Seconds at(std::int64_t second) {
  return history::Seconds(std::chrono::seconds(second));
}

}  // namespace collector::test
