// A store on a file of the test's own, and SQL to look into it with.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "collector/history/store.h"
#include "tests/sinks/batches.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

class StoreTest : public testing::Test {
 protected:
  // Closes what is open, as a process that ends does.
  void open();
  void close() { store_.reset(); }
  // The failure's text when it did not work.
  std::string write(std::vector<BatchPtr> batches);
  // The result as text: rows by newline, columns by "|"; an error's text when there is one.
  std::string sql(const std::string& query) const;
  std::int64_t number(const std::string& query) const;
  void change(const std::string& statements) const;  // by another program
  std::filesystem::path file() const { return directory_ / "collector.db"; }

  TemporaryDirectory directory_;
  history::StoreOptions options_ = [] {
    history::StoreOptions options;
    options.name = "local";
    return options;
  }();
  std::unique_ptr<history::Store> store_;
  WallTime now_ =
      WallTime(std::chrono::seconds(first_second) + std::chrono::days(3650));  // later than all rows
  history::Store::Stored stored_;                                              // of the last write()
};

}  // namespace collector::test
