#include "collector/app/file_watch.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text, std::ios::openmode mode = std::ios::trunc) {
  std::ofstream(file, mode) << text;
}

class FileWatchTest : public ::testing::Test {
 protected:
  // Something has happened that the watch is woken by, and it is a change.
  bool noticed() {
    pollfd event{watch_.descriptor(), POLLIN, 0};
    return poll(&event, 1, 0) == 1 && watch_.changed();
  }
  bool woken() const {
    pollfd event{watch_.descriptor(), POLLIN, 0};
    return poll(&event, 1, 0) == 1;
  }

  test::TemporaryDirectory directory_;
  const fs::path file_ = directory_ / "collector.yaml";
  FileWatch watch_;
};

TEST_F(FileWatchTest, NothingHappened) {
  write(file_, "a");
  watch_.watch({file_});
  EXPECT_FALSE(watch_.must_look());
  EXPECT_FALSE(noticed());
  EXPECT_FALSE(watch_.changed());
}

TEST_F(FileWatchTest, WrittenInPlace) {
  write(file_, "a");
  watch_.watch({file_});
  write(file_, "b", std::ios::app);
  EXPECT_TRUE(noticed());
  EXPECT_FALSE(watch_.changed()) << "told once";
}

TEST_F(FileWatchTest, ReplacedByRename) {
  write(file_, "a");
  watch_.watch({file_});
  for (const char* text : {"b", "c"}) {
    write(directory_ / "new", text);
    fs::rename(directory_ / "new", file_);
    EXPECT_TRUE(noticed()) << text;
  }
}

TEST_F(FileWatchTest, DeletedAndMadeAgain) {
  write(file_, "a");
  watch_.watch({file_});
  fs::remove(file_);
  EXPECT_TRUE(noticed());
  write(file_, "a");
  EXPECT_TRUE(noticed());
}

TEST_F(FileWatchTest, ComesIntoBeing) {
  const fs::path later = directory_ / "conf" / "d" / "collector.yaml";
  watch_.watch({later});
  EXPECT_FALSE(watch_.must_look());
  fs::create_directories(later.parent_path());
  EXPECT_TRUE(woken());
  EXPECT_FALSE(watch_.changed()) << "the file itself is not there yet";
  write(later, "a");
  EXPECT_TRUE(noticed());
}

TEST_F(FileWatchTest, MadeReadable) {
  write(file_, "a");
  fs::permissions(file_, fs::perms::none);
  watch_.watch({file_});
  fs::permissions(file_, fs::perms::owner_read);
  EXPECT_TRUE(noticed());
}

// As Kubernetes mounts a ConfigMap: name -> ..data/name, ..data -> ..2026_11_20, and ..data is replaced.
TEST_F(FileWatchTest, SymbolicLinkOnItsWayIsSwapped) {
  for (const char* version : {"..1", "..2"}) {
    fs::create_directory(directory_ / version);
    write(directory_ / version / "collector.yaml", version);
  }
  fs::create_directory_symlink("..1", directory_ / "..data");
  fs::create_symlink("..data/collector.yaml", file_);
  watch_.watch({file_});
  fs::create_directory_symlink("..2", directory_ / "..new");
  fs::rename(directory_ / "..new", directory_ / "..data");
  EXPECT_TRUE(noticed());
  write(directory_ / "..1" / "collector.yaml", "of no concern any more");
  EXPECT_FALSE(watch_.changed());
  write(directory_ / "..2" / "collector.yaml", "edited");
  EXPECT_TRUE(noticed()) << "where the link leads now is watched";
}

TEST_F(FileWatchTest, SymbolicLinkIsSwappedInAnotherDirectory) {
  fs::create_directories(directory_ / "alternatives");
  write(directory_ / "one", "1");
  write(directory_ / "two", "2");
  fs::create_symlink(directory_ / "one", directory_ / "alternatives" / "collector");
  fs::create_symlink("alternatives/collector", file_);
  watch_.watch({file_});
  fs::create_symlink(directory_ / "two", directory_ / "alternatives" / "next");
  fs::rename(directory_ / "alternatives" / "next", directory_ / "alternatives" / "collector");
  EXPECT_TRUE(noticed());
}

TEST_F(FileWatchTest, ItsDirectoryIsMovedAwayAndAnotherTakesItsPlace) {
  const fs::path file = directory_ / "a" / "conf" / "collector.yaml";
  fs::create_directories(file.parent_path());
  write(file, "1");
  fs::create_directories(directory_ / "b" / "conf");
  write(directory_ / "b" / "conf" / "collector.yaml", "2");
  watch_.watch({file});
  fs::rename(directory_ / "a", directory_ / "old");
  EXPECT_TRUE(noticed());
  fs::rename(directory_ / "b", directory_ / "a");
  EXPECT_TRUE(noticed());
  write(file, "3");
  EXPECT_TRUE(noticed());
}

TEST_F(FileWatchTest, LinksThatLeadInACircleEnd) {
  fs::create_symlink("collector.yaml", directory_ / "loop");
  fs::create_symlink("loop", file_);
  watch_.watch({file_});
  fs::remove(file_);
  write(file_, "a");
  EXPECT_TRUE(noticed());
}

TEST_F(FileWatchTest, OthersInTheDirectoryAreNoChange) {
  write(file_, "a");
  watch_.watch({file_});
  write(directory_ / "other", "b");
  fs::remove(directory_ / "other");
  EXPECT_FALSE(noticed());
}

TEST_F(FileWatchTest, EachOfSeveralFilesCounts) {
  const fs::path secret = directory_ / "secrets" / "token";
  fs::create_directory(secret.parent_path());
  write(file_, "a");
  write(secret, "t1");
  watch_.watch({file_, secret});
  write(secret, "t2");
  EXPECT_TRUE(noticed());
  watch_.watch({file_});
  write(secret, "t3");
  EXPECT_FALSE(noticed()) << "not watched any more";
}

}  // namespace
}  // namespace collector
