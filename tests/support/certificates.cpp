#include "tests/support/certificates.h"

#include <stdexcept>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/process.h"

namespace collector::test {
namespace {

void openssl(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{"/usr/bin/openssl"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Finished finished = run_process(words);
  if (finished.exit_code != 0) throw std::runtime_error("openssl " + arguments[0] + ": " + finished.err);
}

// P-256, as most servers have it.
std::vector<std::string> request(const std::filesystem::path& configuration,
                                 const std::filesystem::path& certificate, const std::filesystem::path& key,
                                 int days) {
  return {"req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-days",
          std::to_string(days),
          "-config",
          configuration.string(),
          "-keyout",
          key.string(),
          "-out",
          certificate.string()};
}

std::string configuration(const std::string& name, const std::string& extensions) {
  return "[req]\nprompt = no\ndistinguished_name = name\nx509_extensions = extensions\n[name]\nCN = " + name +
         "\n[extensions]\nsubjectKeyIdentifier = hash\n" + extensions;
}

}  // namespace

Certificates make_certificates(const std::filesystem::path& directory, const std::string& names, int days) {
  std::filesystem::create_directories(directory);
  const Certificates made{directory / "authority.crt", directory / "server.crt", directory / "server.key"};
  const auto authority_key = directory / "authority.key";
  const auto authority = directory / "authority.cnf";
  const auto server = directory / "server.cnf";
  write_file(authority,
             configuration("An authority of the tests",
                           "basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\n"));
  write_file(server,
             configuration("A server of the tests",
                           "basicConstraints = critical, CA:FALSE\nsubjectAltName = " + names + "\n"));
  openssl(request(authority, made.authority, authority_key, 3650));
  auto signed_by_it = request(server, made.certificate, made.key, days);
  signed_by_it.insert(signed_by_it.end(), {"-CA", made.authority.string(), "-CAkey", authority_key.string()});
  openssl(signed_by_it);
  std::filesystem::permissions(made.key, std::filesystem::perms::owner_read);
  return made;
}

}  // namespace collector::test
