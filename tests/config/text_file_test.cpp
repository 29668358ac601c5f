// A configuration, a secret or a certificate is read from an ordinary file only: nothing else may hold the
// reader up.
#include "config/text_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

constexpr std::size_t enough = 1000;

std::string read(const std::filesystem::path& file) {
  const auto text = read_text_file(file, enough);
  return text ? *text : "error: " + text.error().what;
}

TEST(TextFile, OrdinaryFilesAreRead) {
  const TemporaryDirectory directory;
  write_file(directory / "file", "text\n");
  std::filesystem::create_symlink("file", directory / "link");
  EXPECT_EQ(read(directory / "file"), "text\n");
  EXPECT_EQ(read(directory / "link"), "text\n");
  write_file(directory / "large", std::string(enough + 1, 'x'));
  EXPECT_EQ(read(directory / "large"), "error: is larger than 0 KiB");
}

// Each of them would have kept a reader waiting for ever, or had no end.
TEST(TextFile, WhatIsNoFileIsRefusedAtOnce) {
  const TemporaryDirectory directory;
  ASSERT_EQ(mkfifo((directory / "pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("pipe", directory / "link");
  const int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string name = directory / "socket";
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  ASSERT_EQ(bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(read(directory / "pipe"), "error: is a named pipe, not an ordinary file");
  EXPECT_EQ(read(directory / "link"), "error: is a named pipe, not an ordinary file");
  EXPECT_EQ(read(directory / "socket"), "error: is a socket, not an ordinary file");
  EXPECT_EQ(read("/dev/zero"), "error: is a device, not an ordinary file");
  EXPECT_EQ(read("/dev/null"), "error: is a device, not an ordinary file");
  EXPECT_EQ(read(directory.path()), "error: is a directory");
  close(listening);
}

TEST(TextFile, APipeThatTheProcessWasStartedWithIsReadOnce) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(pipe2(pipe.data(), O_CLOEXEC), 0);
  ASSERT_EQ(write(pipe[1], "text", 4), 4);
  close(pipe[1]);
  const std::string name = "/dev/fd/" + std::to_string(pipe[0]);
  EXPECT_EQ(read(name), "text");
  EXPECT_EQ(read(name), "error: is a pipe that holds nothing: it can be read only once");
  close(pipe[0]);
}

}  // namespace
}  // namespace collector::test
