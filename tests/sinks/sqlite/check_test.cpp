// What `path` may not be, where a list of settings can't have it: the rest is in tests/config/sink_cases.
#include "sinks/sqlite/check.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/check.h"
#include "config/environment.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

TEST(SqliteCheck, ANamedPipeIsNoDatabase) {
  const TemporaryDirectory directory;
  ASSERT_EQ(mkfifo((directory / "pipe").c_str(), 0600), 0);
  Settings settings;
  settings.set("path", std::string("pipe"));
  const Environment environment;
  const auto mistakes =
      sqlite_store::mistakes_in(settings, CheckContext(directory.path(), nullptr, environment, {}));
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_EQ(mistakes.front().path, "path");
  EXPECT_EQ(mistakes.front().what, "exists, and is not an ordinary file");
}

}  // namespace
}  // namespace collector::test
