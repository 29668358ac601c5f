#include "collector/samplers/files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

TEST(Files, ResolvesBelowTheInjectedRoot) {
  EXPECT_EQ(Files("/tmp/root").resolve("/proc/stat"), "/tmp/root/proc/stat");
  EXPECT_EQ(Files("/").resolve("/proc/stat"), "/proc/stat");
  EXPECT_TRUE(Files().is_real_root());
}

TEST(Files, ReadsTellsOfMissingAndLists) {
  const TemporaryDirectory directory;
  write_file(directory / "proc/b", "text\n");
  write_file(directory / "proc/a", "");
  const Files files(directory.path());
  EXPECT_EQ(files.read("/proc/b").value(), "text\n");
  EXPECT_EQ(files.read("/proc/a").value(), "");
  const auto missing = files.read("/proc/c");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().what, (directory / "proc/c").string() + ": No such file or directory");
  EXPECT_EQ(*files.list("/proc"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(files.list("/sys")->empty());
  EXPECT_TRUE(*files.exists("/proc/a"));
  EXPECT_FALSE(*files.exists("/proc/c"));
}

// What can't be looked at may be there: it is not taken for missing.
TEST(Files, TellsWhatIsMissingFromWhatCanNotBeLookedAt) {
  const TemporaryDirectory directory;
  std::filesystem::create_symlink("loop", directory / "loop");
  write_file(directory / "file", "");
  const Files files(directory.path());
  const std::string what = (directory / "loop").string();
  const auto list = files.list("/loop");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().what, what + ": Too many levels of symbolic links");
  const auto exists = files.exists("/loop/below");
  ASSERT_FALSE(exists);
  EXPECT_EQ(exists.error().what, what + "/below: Too many levels of symbolic links");
  EXPECT_TRUE(files.list("/file")->empty()) << "no directory has that name";
  EXPECT_FALSE(*files.exists("/file/below"));
}

TEST(KeptFile, SeesNewContentWithoutOpeningAgain) {
  const TemporaryDirectory directory;
  write_file(directory / "f", "one\n");
  KeptFile file(Files(directory.path()), "/f");
  EXPECT_EQ(file.read().value(), "one\n");
  write_file(directory / "f", "two, and longer\n");
  EXPECT_EQ(file.read().value(), "two, and longer\n");
  write_file(directory / "f", "3\n");
  EXPECT_EQ(file.read().value(), "3\n");
  std::filesystem::rename(directory / "f", directory / "g");  // the kept descriptor goes on
  EXPECT_EQ(file.read().value(), "3\n");
}

TEST(KeptFile, GrowsWithTheFileAndReadsItWhole) {
  const TemporaryDirectory directory;
  KeptFile file(Files(directory.path()), "/f");
  // Around the sizes of the buffer, and far beyond.
  for (const std::size_t size :
       {1UL, 1023UL, 1024UL, 1025UL, 4095UL, 4096UL, 4097UL, 8191UL, 8192UL, 8193UL, 1'000'000UL, 10UL}) {
    std::string text(size, 'x');
    for (std::size_t i = 0; i < size; i += 7)
      text[i] = static_cast<char>('a' + i % 26);
    write_file(directory / "f", text);
    EXPECT_EQ(file.read().value(), text) << size;
  }
}

// The kernel gives files of many records in pieces, whatever the size of the buffer.
TEST(KeptFile, ReadsFilesOfManyRecordsOfTheRealKernel) {
  KeptFile file(Files(), "/proc/self/smaps");
  for (int i = 0; i < 2; ++i) {
    const auto text = file.read();
    ASSERT_TRUE(text.has_value()) << text.error().what;
    EXPECT_GT(text->size(), 8192U);
    EXPECT_TRUE(text->ends_with('\n'));
    EXPECT_NE(text->rfind("[stack]"), std::string_view::npos) << "the end of the file is missing";
  }
}

TEST(KeptFile, TellsMissingFromOtherFailures) {
  const TemporaryDirectory directory;
  write_file(directory / "file", "");
  const Files files(directory.path());
  KeptFile missing(files, "/nothing");
  ASSERT_FALSE(missing.read().has_value());
  EXPECT_TRUE(missing.read().error().missing);
  KeptFile below_file(files, "/file/below");
  EXPECT_TRUE(below_file.read().error().missing);

  std::filesystem::create_directory(directory / "folder");
  KeptFile folder(files, "/folder");
  const auto failure = folder.read();
  ASSERT_FALSE(failure.has_value());
  EXPECT_FALSE(failure.error().missing);
  EXPECT_EQ(failure.error().what, (directory / "folder").string() + ": Is a directory");
}

TEST(KeptFile, IsOpenedWhenItAppears) {
  const TemporaryDirectory directory;
  KeptFile file(Files(directory.path()), "/late");
  EXPECT_FALSE(file.read().has_value());
  write_file(directory / "late", "here\n");
  EXPECT_EQ(file.read().value(), "here\n");
}

TEST(KeptFile, WhatStandsUnderThePathLaterIsAnotherThingWhereThatMatters) {
  const TemporaryDirectory directory;
  write_file(directory / "a", "first\n");
  KeptFile file(Files(directory.path()), "/a", KeptFile::Stale::stays);
  ASSERT_TRUE(file.open());
  std::filesystem::rename(directory / "a", directory / "b");
  write_file(directory / "a", "second\n");
  EXPECT_EQ(file.read().value(), "first\n");
}

TEST(KeptFile, MovesWithItsDescriptor) {
  const TemporaryDirectory directory;
  write_file(directory / "a", "a\n");
  write_file(directory / "b", "b\n");
  const Files files(directory.path());
  KeptFile first(files, "/a");
  ASSERT_TRUE(first.read().has_value());
  KeptFile moved(std::move(first));
  EXPECT_EQ(moved.read().value(), "a\n");
  KeptFile other(files, "/b");
  ASSERT_TRUE(other.read().has_value());
  moved = std::move(other);
  EXPECT_EQ(moved.read().value(), "b\n");
  EXPECT_EQ(moved.path(), (directory / "b").string());
}

}  // namespace
}  // namespace collector::test
