// A file that is written by name is there whole or not at all.

#include "collector/cli/history/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>

#include "collector/core/descriptor.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

class OutputFileTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return directory_ / "out.csv"; }
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(directory_.path()),
                         std::filesystem::directory_iterator());
  }
  test::TemporaryDirectory directory_;
};

TEST_F(OutputFileTest, TakesItsNameInTheEnd) {
  test::write_file(file(), "old");
  {
    auto output = OutputFile::open(file());
    ASSERT_TRUE(output) << output.error().text();
    ASSERT_TRUE(output->write("new, "));
    EXPECT_EQ(test::read_file(file()), "old");
    ASSERT_TRUE(output->write("and whole"));
    ASSERT_TRUE(output->finish());
  }
  EXPECT_EQ(test::read_file(file()), "new, and whole");
  EXPECT_EQ(files(), 1);
}

// A process that is killed can't remove anything.
TEST_F(OutputFileTest, HasNoNameUntilItIsWhole) {
  const Descriptor probe(::open(directory_.path().c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  const int of_its_own = probe.get() >= 0 ? 0 : 1;  // some file systems have no files without a name
  for (const int before : {0, 1}) {
    auto output = OutputFile::open(file());
    ASSERT_TRUE(output) << output.error().text();
    ASSERT_TRUE(output->write(std::string(100'000, 'x')));
    EXPECT_EQ(files(), before + of_its_own);
    ASSERT_TRUE(output->finish());
    EXPECT_EQ(files(), 1);
  }
}

TEST_F(OutputFileTest, ReplacesAFileThatCameMeanwhile) {
  auto output = OutputFile::open(file());
  ASSERT_TRUE(output) << output.error().text();
  ASSERT_TRUE(output->write("ours"));
  test::write_file(file(), "theirs");
  ASSERT_TRUE(output->finish());
  EXPECT_EQ(test::read_file(file()), "ours");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFileTest, LeavesNothingWhereItIsGivenUp) {
  test::write_file(file(), "old");
  {
    auto output = OutputFile::open(file());
    ASSERT_TRUE(output);
    ASSERT_TRUE(output->write("half"));
  }
  EXPECT_EQ(test::read_file(file()), "old");
  EXPECT_EQ(files(), 1);
}

// As on a disk that is full: the process may write no longer file.
TEST_F(OutputFileTest, SaysWhatDoesNotFit) {
  test::write_file(file(), "old");
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 1000, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  Result<> done;
  {
    auto output = OutputFile::open(file());
    done = output ? output->write(std::string(100'000, 'x')) : std::unexpected(output.error());
    if (done) done = output->finish();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("out.csv could not be written: File too large"), std::string::npos)
      << done.error().text();
  EXPECT_EQ(test::read_file(file()), "old");
  EXPECT_EQ(files(), 1);
}

}  // namespace
}  // namespace collector
