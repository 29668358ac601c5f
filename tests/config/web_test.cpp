// What `web:` says of TLS files, which can't be cases: they have to be there.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/web_check.h"
#include "tests/config/fake_catalog.h"
#include "tests/support/certificates.h"
#include "tests/support/files.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

std::string problems_with(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  return problems_text(parse_fake(fmt::format(
      "state: /with-users\nweb: {{listen: \"0.0.0.0:7373\", tls: {{certificate: {}, key: {}}}}}\n",
      certificate.native(), key.native())));
}

TEST(WebTls, TakesACertificateAndItsKey) {
  const TemporaryDirectory folder;
  const Certificates made = make_certificates(folder / "tls", "DNS:localhost");
  EXPECT_EQ(problems_with(made.certificate, made.key), "");
  const auto checked = parse_fake(
      fmt::format("state: {}\nweb: {{listen: \"127.0.0.1:7373\", tls: {{certificate: {}, key: {}}}}}\n",
                  folder.path().native(), std::filesystem::relative(made.certificate, folder.path()).native(),
                  made.key.native()));
  ASSERT_TRUE(checked) << problems_text(checked);
  EXPECT_EQ(checked->web->certificate, made.certificate) << "relative to the state directory";
  // Both in one file, in whatever order.
  write_file(folder / "both", read_file(made.key) + read_file(made.certificate));
  EXPECT_EQ(problems_with(folder / "both", folder / "both"), "");
  // An old key, with its curve before it.
  write_file(folder / "old",
             "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
             "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY"
             "0==\n-----END EC PRIVATE KEY-----\n");
  EXPECT_EQ(problems_with(made.certificate, folder / "old"), "");
}

TEST(WebTls, SaysWhatAFileIsInstead) {
  const TemporaryDirectory folder;
  const Certificates made = make_certificates(folder / "tls", "DNS:localhost");
  const auto says = [](const std::string& problems, const std::string& text) {
    EXPECT_NE(problems.find(text), std::string::npos) << problems;
  };
  const std::string swapped = problems_with(made.key, made.certificate);
  says(swapped, "web.tls.certificate: ");
  says(swapped, "holds a private key, not a certificate; certificate: and key: may have changed places");
  says(swapped, "web.tls.key: ");
  says(swapped, "holds a certificate, not a private key");
  write_file(folder / "der", std::string("0\x82\x01\x02", 4));
  says(problems_with(folder / "der", made.key), "holds no PEM text of a certificate");
  const std::string text = read_file(made.certificate);
  write_file(folder / "half", text.substr(0, text.size() / 2));
  says(problems_with(folder / "half", made.key), "holds no PEM text of a certificate");
  ASSERT_EQ(run_process({"/usr/bin/openssl", "pkey", "-in", made.key, "-aes256", "-passout", "pass:secret",
                         "-out", (folder / "encrypted").native()})
                .exit_code,
            0);
  says(problems_with(made.certificate, folder / "encrypted"),
       "has a passphrase, and nobody is there to type it");
  ASSERT_EQ(run_process({"/usr/bin/openssl", "pkey", "-in", made.key, "-pubout", "-out",
                         (folder / "public").native()})
                .exit_code,
            0);
  says(problems_with(made.certificate, folder / "public"), "holds a PUBLIC KEY, not a private key");
  says(problems_with(folder / "none", made.key), (folder / "none").native());
}

TEST(WebCheck, KnowsWhatOtherMachinesReach) {
  for (const char* own : {"127.0.0.1:1", "127.255.0.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1"})
    EXPECT_FALSE(is_beyond_loopback(own)) << own;
  for (const char* open : {"0.0.0.0:1", "[::]:1", "192.168.0.1:1", "[fe80::1]:1", "128.0.0.1:1"})
    EXPECT_TRUE(is_beyond_loopback(open)) << open;
}

}  // namespace
}  // namespace collector::test
