// Files of other programs, and what is read of them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "collector/imports/past_reader.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

// 2026-11-30 12:34 UTC
inline constexpr history::Seconds reading_now{std::chrono::seconds(1796042040)};

class ReadingTest : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& name = "file") const { return directory_ / name; }
  // A file of this text, or a SQLite file made by these statements.
  void write(const std::string& text) { write_file(file(), text); }
  void make(const std::string& statements);
  Result<imports::ReadPast> read(history::PastProgram program);
  // "laptop eth0 days 2 hours 3 30/60" for each interface, until, refusals, notes; or the error.
  std::string told(history::PastProgram program);

  TemporaryDirectory directory_;
  imports::Asked asked_{.file = {},
                        .zone = history::Zone::utc(),
                        .now = reading_now,
                        .this_host = "laptop",
                        .host = {},
                        .interface = {}};
};

}  // namespace collector::test
