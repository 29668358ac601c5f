// What becomes of output that nobody can take.

#include <gtest/gtest.h>

#include "tests/program/program.h"

namespace collector::test {
namespace {

constexpr const char* quiet = "samplers: {default: off, system: on, mem: on}\n";

// What a shell does, with $0 for the program and $1 for the configuration file.
Finished in_shell(const Installation& installation, const std::string& script) {
  return run_process({"/bin/bash", "-c", script, binary(), installation.config_file().string()});
}

TEST(Output, OutputThatCouldNotBeWrittenIsAFailure) {
  const Installation installation(quiet);
  for (const char* arguments :
       {"sample --wait 0s -c \"$1\"", "config -c \"$1\"", "config --schema", "check -c \"$1\"", "--help",
        "help", "help run", "run --help", "check --help", "version", "--version"}) {
    const Finished run = in_shell(installation, "\"$0\" " + std::string(arguments) + " > /dev/full");
    EXPECT_EQ(run.exit_code, 70) << arguments;
    EXPECT_EQ(run.err, "collector: standard output could not be written: No space left on device\n");
  }
}

TEST(Output, AReaderThatHasSeenEnoughIsNoFailure) {
  const Installation installation(quiet);
  const Finished run = in_shell(installation,
                                "{ trap '' PIPE; while printf x 2> /dev/null; do :; done;"
                                "  \"$0\" config --schema; echo $? >&2; } | true");
  EXPECT_EQ(run.err, "0\n");
}

TEST(Output, ClosedStreamsAreNobodyElses) {
  const Installation installation(quiet);
  const Finished once = in_shell(installation, "\"$0\" --once --wait 0s -c \"$1\" <&- >&- 2>&-");
  EXPECT_EQ(once.exit_code, 0);
  EXPECT_EQ(installation.query("collector.db", "SELECT count(*) FROM mem"), 1);
  const Finished sample = in_shell(installation, "\"$0\" sample --wait 0s -c \"$1\" >&-");
  EXPECT_EQ(sample.exit_code, 70);
  EXPECT_EQ(sample.err,
            "collector: standard output is closed; leave it open, or send it to /dev/null (>/dev/null)\n");
  EXPECT_EQ(in_shell(installation, "\"$0\" version >&-").exit_code, 70);
}

}  // namespace
}  // namespace collector::test
