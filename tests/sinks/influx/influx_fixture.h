// Influx sinks with settings that a test changes, and batches for them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "sinks/influx/influx_sink.h"
#include "sinks/sink.h"
#include "sinks/table.h"
#include "tests/sinks/batches.h"
#include "tests/sinks/default_settings.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

class InfluxSinkTest : public testing::Test {
 protected:
  std::unique_ptr<Sink> make_sink();
  // Opens, writes in one call, closes. Fails the test when one of them does.
  Written deliver(const std::vector<BatchPtr>& batches);
  // What goes wrong with it; fails the test when nothing does.
  SinkFailure fail_to_open();
  SinkFailure fail_to_write(const std::vector<BatchPtr>& batches);
  std::string note(const std::string& name) const;  // of the last sink; empty: there is none

  Settings settings_ = default_settings(influx_sink().component.settings);
  RowFormat format_;
  BatchMaker maker_;
  ManualClock clock_;
  TemporaryDirectory state_;
  std::string sink_state_;
  std::unique_ptr<Sink> sink_;  // the last one
};

}  // namespace collector::test
