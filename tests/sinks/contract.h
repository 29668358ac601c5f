// The contract that every sink fulfils with its real target. A sink takes part by describing its target in a
// file of its own folder and naming it there:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, SinkContract, testing::Values(ContractCase{"sqlite", make_target}));
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "sinks/sink.h"
#include "tests/sinks/batches.h"

namespace collector::test {

// A row of `net` as it was found in the target.
struct StoredRow {
  std::string host;
  std::string interface;
  std::int64_t second = 0;  // of its start, after first_second
  std::int64_t bytes_recv = 0;

  friend auto operator<=>(const StoredRow&, const StoredRow&) = default;
};

class ContractTarget {
 public:
  virtual ~ContractTarget() = default;

  virtual std::unique_ptr<Sink> make_sink() = 0;   // another one on the same target
  virtual std::vector<StoredRow> read_back() = 0;  // in any order; the sinks are closed
  virtual bool is_untouched() = 0;                 // nothing has been made
  virtual void break_down() = 0;                   // open() fails from now on
  virtual void mend() = 0;                         // and works again
  // Makes the target refuse rows with this many bytes_recv. Otherwise says why it never refuses a row.
  virtual std::string refuse(std::int64_t bytes_recv) = 0;
  // A window lived twice (the clock was set back) is one row with the sum, or two.
  virtual bool merges_windows() const = 0;
};

struct ContractCase {
  std::string name;
  std::function<std::unique_ptr<ContractTarget>()> make_target;

  friend void PrintTo(const ContractCase& value, std::ostream* out) { *out << value.name; }
};

class SinkContract : public testing::TestWithParam<ContractCase> {
 protected:
  // Opens, writes these batches in one call, closes. Keeps the sink's state unless told to forget it.
  void deliver(Sink& sink, const std::vector<BatchPtr>& batches, bool remember = true);
  std::expected<OpenedSink, SinkFailure> open(Sink& sink) const;
  std::vector<StoredRow> stored() const;  // sorted

  std::unique_ptr<ContractTarget> target_ = GetParam().make_target();
  BatchMaker maker_;
  std::string state_;  // as the spool keeps it with the cursor
  Written written_;
};

}  // namespace collector::test
