// What examples/cron.md and the README tell to type works as it stands there.

#include <gtest/gtest.h>

#include "collector/cli/options.h"
#include "tests/program/program.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

// The indented block of a document that contains `word`, without its indentation.
std::string block_with(const std::string& document, const std::string& word) {
  const auto at = document.find(word);
  EXPECT_NE(at, std::string::npos) << word;
  auto start = document.rfind("\n\n", at) + 2;
  const auto end = document.find("\n\n", at);
  std::string out;
  while (start < std::min(end, document.size())) {
    const auto newline = std::min(document.find('\n', start), document.size());
    out += document.substr(std::min(start + 4, newline), newline - std::min(start + 4, newline)) + "\n";
    start = newline + 1;
  }
  return out;
}

TEST(Examples, TheCronLineIsACommandOfThisVersion) {
  const std::string line = block_with(read_file(source_directory() / "examples/cron.md"), "*/5 * * * *");
  const auto start = line.find("collector --once");
  ASSERT_NE(start, std::string::npos);
  const std::string shell = line.substr(start + 10, line.find('>') - start - 10);
  const Installation installation("samplers: {default: off, mem: on}\n");
  const Finished run = run_process({"/bin/sh", "-c", "HOME=/nonexistent; '" + binary() + "' " + shell});
  EXPECT_EQ(run.exit_code, 78) << "the options are right; the file is missing: " << run.err;
  EXPECT_NE(run.err.find("/nonexistent/.config/collector/collector.yaml"), std::string::npos) << run.err;
}

TEST(Examples, TheCronQueryAndTheReadmesQueryRun) {
  const Installation installation("samplers: {default: off, net: on}\n");
  ASSERT_EQ(installation.run({"--once"}).exit_code, 0);
  const std::string file = (installation.state() / "collector.db").string();
  std::string query = block_with(read_file(source_directory() / "examples/cron.md"), "sqlite3 ~/");
  query = query.substr(query.find('"') + 1);
  query = query.substr(0, query.rfind('"'));
  for (const std::string& sql :
       {query, block_with(read_file(source_directory() / "README.md"), "SELECT date(time")}) {
    const Finished run = run_process({"/usr/bin/sqlite3", file, sql});
    EXPECT_EQ(run.exit_code, 0) << sql << run.err;
  }
}

}  // namespace
}  // namespace collector::test
