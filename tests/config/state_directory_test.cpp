// Where a collector's state lies is found whatever else is wrong with its configuration.
#include "config/state_directory.h"

#include <gtest/gtest.h>

#include "tests/config/fake_catalog.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

class StateDirectory : public testing::Test {
 protected:
  std::string of(std::string_view yaml) const {
    write_file(directory_ / "collector.yaml", yaml);
    return state_directory_of(directory_ / "collector.yaml",
                              fake_environment({{"STATE_DIRECTORY", "/default"}, {"NAME", "named"}}))
        .string();
  }
  TemporaryDirectory directory_;
};

TEST_F(StateDirectory, IsTheOneOfTheFile) {
  EXPECT_EQ(of("state: /var/lib/c\n"), "/var/lib/c");
  EXPECT_EQ(of("interval: 1s\nstate: \"/var/lib/c/\"  # here\n"), "/var/lib/c");
  EXPECT_EQ(of("state: /var/${NAME}\n"), "/var/named");
}

TEST_F(StateDirectory, IsTheDefaultWhereTheFileSaysNothing) {
  EXPECT_EQ(of("interval: 1s\n"), "/default");
  EXPECT_EQ(of(""), "/default");
  EXPECT_EQ(of("state: relative\n"), "/default");
  EXPECT_EQ(of("state: {a: 1}\n"), "/default");
  EXPECT_EQ(of("state:\n"), "/default");
  const auto environment = fake_environment({{"STATE_DIRECTORY", "/default"}});
  EXPECT_EQ(state_directory_of(std::nullopt, environment), "/default");
  EXPECT_EQ(state_directory_of("/nowhere/at/all.yaml", environment), "/default");
}

TEST_F(StateDirectory, IsFoundInAFileThatIsWrong) {
  EXPECT_EQ(of("state: /var/lib/c\nintervall: 1s\nsinks: {x: {type: nonsense}}\n"), "/var/lib/c");
  EXPECT_EQ(of("sinks: {{{\nstate: '/var/lib/c' # here\n  - ]\n"), "/var/lib/c");
  EXPECT_EQ(of("sinks: {{{\nstate:\n"), "/default");
  EXPECT_EQ(of("\tsinks: [\n"), "/default");
}

}  // namespace
}  // namespace collector::test
