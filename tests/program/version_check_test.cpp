// `collector version --check`: asks a file or a server, and nobody else.
#include <gtest/gtest.h>

#include <mutex>

#include "collector/cli/version_command.h"
#include "collector/core/version.h"
#include "collector/http/server.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

Finished check(const std::string& from) {
  return run_process(
      {"/usr/bin/env", "-u", "http_proxy", "-u", "all_proxy", binary(), "version", "--check", from});
}

const std::string ours = "collector " + std::string(version());

TEST(VersionCheck, ComparesNumbers) {
  EXPECT_EQ(compare_versions("0.10.0", "0.9.1"), std::strong_ordering::greater);
  EXPECT_EQ(compare_versions("1.2", "1.2.0"), std::strong_ordering::equal);
  EXPECT_EQ(compare_versions("1.2.0", "1.2.0.1"), std::strong_ordering::less);
  EXPECT_EQ(compare_versions("0.2.0", "v0.2.0"), std::strong_ordering::equal);
  for (const char* other : {"", "v", "1.", "vv1.0", "1.v0", "1.2.x", "1..2", "1.2.3.4.5", "-1", "<html>"})
    EXPECT_FALSE(compare_versions("1.0", other)) << other;
}

TEST(VersionCheck, ReadsAFile) {
  const TemporaryDirectory directory;
  const std::string file = directory / "VERSION";
  write_file(file, "99.0.0\n");
  const Finished newer = check(file);
  EXPECT_EQ(newer.exit_code, 1);
  EXPECT_TRUE(newer.out.starts_with(ours + "; 99.0.0 is there")) << newer.out;
  EXPECT_EQ(newer.err, "");
  write_file(file, std::string(version()) + "\r\nmore\n");
  const Finished same = check(file);
  EXPECT_EQ(same.exit_code, 0);
  EXPECT_EQ(same.out, ours + "; there is no newer one\n");
  write_file(file, "0.0.1");
  EXPECT_EQ(check(file).exit_code, 0);
  EXPECT_EQ(check(file).out, ours + "; 0.0.1 is older\n");
}

TEST(VersionCheck, WhatCanNotBeToldIsSaid) {
  const TemporaryDirectory directory;
  const std::string file = directory / "VERSION";
  const Finished missing = check(file);
  EXPECT_EQ(missing.exit_code, 75);
  EXPECT_EQ(missing.out, "");
  EXPECT_EQ(missing.err, "collector: " + file + " does not exist; check the name\n");
  write_file(file, "<html>\x1b[31m");
  const Finished other = check(file);
  EXPECT_EQ(other.exit_code, 75);
  EXPECT_NE(other.err.find("holds no version, but '<html>"), std::string::npos) << other.err;
  EXPECT_EQ(check("ftp://127.0.0.1/VERSION").exit_code, 75);
  EXPECT_EQ(run_process({binary(), "version", "--check"}).exit_code, 64);
  const Finished unnamed = check("");
  EXPECT_EQ(unnamed.exit_code, 64);
  EXPECT_NE(unnamed.err.find("--check"), std::string::npos) << unnamed.err;
}

// Tells what it is made to, and remembers what it was asked.
class VersionServer {
 public:
  VersionServer()
      : port_(free_port()),
        server_({.name = "versions", .endpoints = {http::TcpPort{address(), "test"}}},
                [this](const http::Request& request, const http::Reply& reply) {
                  const std::lock_guard lock(mutex_);
                  asked_.push_back(request.method + " " + request.path + " by " +
                                   std::string(request.header("User-Agent")));
                  reply(answer_);
                }) {}
  std::string url() const { return "http://" + address() + "/releases/VERSION"; }
  void answer(http::Response response) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(response);
  }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  std::mutex mutex_;
  http::Response answer_;
  std::vector<std::string> asked_;
  const std::uint16_t port_;
  http::Server server_;
};

TEST(VersionCheck, AsksAServerOnce) {
  VersionServer server;
  server.answer({.body = "99.0.0\n"});
  const Finished newer = check(server.url());
  EXPECT_EQ(newer.exit_code, 1) << newer.err;
  EXPECT_TRUE(newer.out.starts_with(ours + "; 99.0.0 is there")) << newer.out;
  EXPECT_EQ(server.asked(),
            std::vector<std::string>{"GET /releases/VERSION by collector/" + std::string(version())});
}

TEST(VersionCheck, AnAnswerThatIsNoneIsSaid) {
  VersionServer server;
  server.answer({.status = 404, .body = "99.0.0\n"});
  EXPECT_EQ(check(server.url()).exit_code, 75);
  EXPECT_NE(check(server.url()).err.find("answers 404"), std::string::npos);
  server.answer({.status = 302, .body = "99.0.0\n", .headers = {{"Location", "https://elsewhere.example/"}}});
  const Finished moved = check(server.url());
  EXPECT_EQ(moved.exit_code, 75);
  EXPECT_NE(moved.err.find("redirects to https://elsewhere.example/"), std::string::npos) << moved.err;
  server.answer({.body = "<html>not a version</html>"});
  EXPECT_EQ(check(server.url()).exit_code, 75);
  server.answer({.body = "99.0.0\n" + std::string(4096 - 7, 'x')});
  EXPECT_EQ(check(server.url()).exit_code, 1) << "as much as a file may have";
  // A body without end is not read to its end.
  server.answer({.parts = [first = true](const http::TakePart& take) mutable {
    take(std::exchange(first, false) ? "99.0.0\n" : std::string(65'536, 'x'));
  }});
  const Finished endless = check(server.url());
  EXPECT_EQ(endless.exit_code, 75);
  EXPECT_NE(endless.err.find("/releases/VERSION is larger than 4 KiB; name the right file"),
            std::string::npos)
      << endless.err;
  server.answer({.status = 404, .body = std::string(100'000, 'x')});
  EXPECT_NE(check(server.url()).err.find("answers 404"), std::string::npos);
  const Finished nobody = check("http://127.0.0.1:1/VERSION");
  EXPECT_EQ(nobody.exit_code, 75);
  EXPECT_NE(nobody.err.find("check the address"), std::string::npos) << nobody.err;
}

}  // namespace
}  // namespace collector::test
