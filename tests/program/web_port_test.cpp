// Somebody else listens where the page is to be: nobody is sent there, and it is said.

#include "tests/program/web_program.h"
#include "tests/support/certificates.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

class WebPort : public WebProgram {
 protected:
  // `web`: what stands beside `listen`; `scheme`: of the page's address.
  void expect_nobody_is_sent_to_others(const std::string& web, const std::string& scheme) {
    auto other = http::listen_tcp({own_host(), "the test"});
    ASSERT_TRUE(other) << other.error().text();
    configure(web);
    collector_.emplace(installation_.command({"run"}));
    Finished asked;
    ASSERT_TRUE(eventually([&] {
      asked = installation_.run({"web", "--print"});
      return asked.err.find("the page is not served: web.listen: " + own_host()) != std::string::npos;
    })) << asked.err
        << asked.out;
    EXPECT_EQ(asked.exit_code, 1);
    EXPECT_EQ(asked.out, "") << "no code for whoever listens there";
    const Finished status = installation_.run({"status"});
    EXPECT_EQ(status.exit_code, 1);
    EXPECT_NE(status.out.find("the page: web.listen: " + own_host()), std::string::npos) << status.out;
    const RawAnswer health = ask_unix("GET /healthz");
    EXPECT_EQ(health.status(), 503);
    EXPECT_NE(health.body().find("the page: web.listen"), std::string::npos) << health.all;

    *other = Descriptor();
    EXPECT_TRUE(eventually([&] {
      asked = installation_.run({"web", "--print"});
      return asked.exit_code == 0;
    })) << asked.err;
    EXPECT_TRUE(asked.out.starts_with(scheme + "://" + own_host() + "/#code=")) << asked.out;
    EXPECT_EQ(installation_.run({"status"}).out.find("the page:"), std::string::npos);
    end_collector();
  }
};

TEST_F(WebPort, NoCodeGoesToWhoeverHasTakenIt) {
  expect_nobody_is_sent_to_others("", "http");
}

TEST_F(WebPort, NorWithTls) {
  const TemporaryDirectory directory;
  const auto certificates = make_certificates(directory / "tls", "IP:127.0.0.1");
  expect_nobody_is_sent_to_others(fmt::format("tls: {{certificate: {}, key: {}}}",
                                              certificates.certificate.native(), certificates.key.native()),
                                  "https");
}

// Moved by a reload to where somebody else is.
TEST_F(WebPort, NorAfterAReload) {
  configure("");
  start();
  EXPECT_EQ(installation_.run({"web", "--print"}).exit_code, 0);
  const std::string elsewhere = "127.0.0.1:" + std::to_string(free_port());
  const auto other = http::listen_tcp({elsewhere, "the test"});
  ASSERT_TRUE(other) << other.error().text();
  installation_.configure(std::string(small) + "web: {listen: \"" + elsewhere + "\"}\n");
  ASSERT_EQ(installation_.run({"reload"}).exit_code, 0);
  const Finished asked = installation_.run({"web", "--print"});
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_EQ(asked.out, "");
  configure("");
  ASSERT_EQ(installation_.run({"reload"}).exit_code, 0);
  EXPECT_EQ(installation_.run({"web", "--print"}).exit_code, 0) << "and back";
  end_collector();
}

}  // namespace
}  // namespace collector::test
