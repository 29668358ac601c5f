// A SQLite sink on a file of the test's own, and SQL to look into it with.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "collector/sqlite/database.h"
#include "sinks/sqlite/sqlite_sink.h"
#include "tests/sinks/batches.h"
#include "tests/support/certain_time.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

class SqliteSinkTest : public testing::Test {
 protected:
  SqliteSinkTest() { make_certain(retention_, clock_.now()); }
  std::unique_ptr<Sink> make_sink();
  // Opens for this machine and writes; the failure's text when that did not work.
  std::string write(Sink& sink, const BatchMaker& maker, std::vector<BatchPtr> batches);
  // The result as text: rows by newline, columns by "|"; an error's text when there is one.
  std::string sql(const std::string& query) const;
  void change(const std::string& statements) const;  // by another program
  std::filesystem::path file() const { return directory_ / "collector.db"; }

  TemporaryDirectory directory_;
  ManualClock clock_;
  RetentionClock retention_;
  RowFormat format_;
  std::string timezone_ = "UTC";
  std::vector<PlanConfiguration> plans_;
  Settings settings_ = [] {
    Settings settings;
    settings.set("path", std::string("collector.db"));
    return settings;
  }();
  Written written_;  // of the last write()
};

}  // namespace collector::test
