// A spool of the test's own with one sink, "cloud", and batches of one row to put into it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "collector/spool/spool.h"
#include "sinks/runner.h"
#include "sinks/runner_delivery.h"
#include "tests/sinks/batches.h"
#include "tests/sinks/fake_sink.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

class RunnerTest : public testing::Test {
 protected:
  using Kind = Delivery::Next::Kind;

  RunnerTest();
  ~RunnerTest() override;

  void open_spool();        // as the next process does: the old one is closed before
  void save_spool() const;  // a backup of the closed or open spool …
  void restore_spool();     // … put back, as a restored machine or a lost cursor move would have it
  std::uint64_t append();   // one batch; its sequence
  Delivery& delivery();     // made when there is none
  void new_process();       // delivery and spool anew
  // Steps until there is something to wait for.
  Delivery::Next run(Delivery::Mode mode = Delivery::Mode::normal);
  std::vector<std::uint64_t> sequences(std::size_t count);  // appends so many
  std::vector<std::string> events() const;                  // newest first
  int calls(const std::string& name) const;                 // how often the target saw it

  TemporaryDirectory directory_;
  TemporaryDirectory backup_;
  ManualClock clock_;
  SeriesTable table_;
  RunnerSettings settings_;
  std::shared_ptr<FakeTarget> target_ = std::make_shared<FakeTarget>();
  std::unique_ptr<FakeSink> sink_ = std::make_unique<FakeSink>(target_);
  bool may_write_ = true;  // the spool's disk takes something
  std::unique_ptr<Spool> spool_;
  RunnerRecord record_;
  std::unique_ptr<Delivery> delivery_;
  std::int64_t second_ = 0;
};

}  // namespace collector::test
