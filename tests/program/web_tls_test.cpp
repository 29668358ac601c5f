// The page over HTTPS, as a client sees it.

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "tests/program/web_program.h"
#include "tests/support/certificates.h"
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

class WebTlsProgram : public WebProgram {
 protected:
  std::string over_tls(const Certificates& certificates) const {
    return fmt::format("tls: {{certificate: {}, key: {}}}", certificates.certificate.native(),
                       certificates.key.native());
  }
  Finished get(const Certificates& trusted) const {
    return run_process({"/usr/bin/curl", "-sS", "--max-time", "10", "--cacert", trusted.authority.native(),
                        fmt::format("https://127.0.0.1:{}/api/v1", port_)});
  }
  const TemporaryDirectory directory_;
};

// Also while somebody watches, who notices nothing.
TEST_F(WebTlsProgram, ARenewedCertificateIsServedAndStreamsGoOn) {
  const auto first = make_certificates(directory_ / "a", "IP:127.0.0.1");
  const auto second = make_certificates(directory_ / "b", "IP:127.0.0.1");
  configure(over_tls(first));
  start();
  const auto said = directory_ / "said";
  ASSERT_EQ(mkfifo(said.c_str(), 0600), 0);
  Process watching(
      {"/bin/sh", "-c",
       fmt::format("exec /usr/bin/openssl s_client -quiet -verify_return_error -CAfile {} -connect {} <{}",
                   first.authority.native(), own_host(), said.native())});
  std::ofstream to(said, std::ios::binary);
  std::string opening = request("GET /api/v1/stream", upgrade({"Origin: https://" + own_host()}), {}, {});
  opening.replace(opening.find("Connection: close"), 17, "Connection: Upgrade");
  to << opening << std::flush;
  ASSERT_TRUE(eventually([&] { return watching.out().starts_with("HTTP/1.1 101"); })) << watching.err();
  const std::string subscription =
      R"({"type":"subscribe","id":1,"measurement":"mem","fields":["used_percent"]})";
  ASSERT_LT(subscription.size(), 126U);
  // One frame, masked with zeros.
  to << '\x81' << static_cast<char>(0x80U | subscription.size()) << std::string(4, '\0') << subscription
     << std::flush;
  const auto ticks_seen = [&] {
    const std::string all = watching.out();
    int seen = 0;
    for (std::size_t at = 0; (at = all.find("\"tick\"", at)) != std::string::npos; ++at)
      ++seen;
    return seen;
  };
  ASSERT_TRUE(eventually([&] { return ticks_seen() > 0; })) << watching.out();
  EXPECT_EQ(get(first).exit_code, 0);
  EXPECT_NE(get(second).exit_code, 0);
  std::filesystem::rename(second.certificate, first.certificate);
  std::filesystem::rename(second.key, first.key);
  EXPECT_EQ(get(second).exit_code, 0) << get(second).err;
  EXPECT_NE(get(first).exit_code, 0);
  const int before = ticks_seen();
  EXPECT_TRUE(eventually([&] { return ticks_seen() > before + 1; })) << "whoever watches is not cut off";
  EXPECT_TRUE(watching.running());
  end_collector();
}

TEST_F(WebTlsProgram, CheckAndStatusSayWhenACertificateEnds) {
  const auto good = make_certificates(directory_ / "a", "IP:127.0.0.1");
  const auto other = make_certificates(directory_ / "b", "IP:127.0.0.1");
  configure(over_tls(good));
  EXPECT_EQ(installation_.run({"check"}).out.find("the certificate"), std::string::npos);
  start();
  EXPECT_EQ(installation_.run({"status"}).out.find("the page:"), std::string::npos);
  // Of a day that is over: faketime would move the whole machine's files, so openssl makes one.
  ASSERT_EQ(run_process({"/usr/bin/openssl", "x509", "-in", good.certificate.native(), "-signkey",
                         good.key.native(), "-days", "0", "-out", (directory_ / "ended").native()})
                .exit_code,
            0);
  std::filesystem::rename(directory_ / "ended", good.certificate);
  const Finished checked = installation_.run({"check"});
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_NE(checked.out.find("the certificate has ended on "), std::string::npos)
      << checked.out << checked.err;
  get(good);  // is told the new one
  EXPECT_TRUE(eventually([&] {
    return installation_.run({"status"}).out.find("the page: " + good.certificate.native()) !=
           std::string::npos;
  })) << installation_.run({"status"}).out;
  std::filesystem::copy_file(other.key, good.key, std::filesystem::copy_options::overwrite_existing);
  get(good);
  EXPECT_NE(installation_.run({"check"}).out.find(good.key.native()), std::string::npos) << "not its key";
  end_collector();
}

}  // namespace
}  // namespace collector::test
