// The page over HTTPS, as a client sees it.

#include <gtest/gtest.h>

#include <csignal>

#include "tests/program/program.h"
#include "tests/support/certificates.h"
#include "tests/support/free_port.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

TEST(WebTls, ServesPageAndApi) {
  const TemporaryDirectory directory;
  const auto certificates = make_certificates(directory / "tls", "DNS:localhost,IP:127.0.0.1");
  const std::string port = std::to_string(free_port());
  const Installation installation("sinks: {local: {type: sqlite}}\nweb: {listen: \"127.0.0.1:" + port +
                                  "\", tls: {certificate: " + certificates.certificate.string() +
                                  ", key: " + certificates.key.string() + "}}\n");
  Process collector(installation.command({"run"}));
  const auto get = [&](const std::string& path) {
    return run_process({"/usr/bin/curl", "-sS", "--max-time", "10", "--cacert",
                        certificates.authority.string(), "https://127.0.0.1:" + port + path});
  };
  ASSERT_TRUE(eventually([&] { return get("/api/v1").exit_code == 0; })) << get("/api/v1").err;
  EXPECT_NE(get("/api/v1").out.find("\"version\""), std::string::npos);
  EXPECT_NE(get("/").out.find("<!doctype html>"), std::string::npos);
  collector.signal(SIGTERM);
  const auto finished = collector.wait(std::chrono::seconds(20));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
}

}  // namespace
}  // namespace collector::test
