// Certificates of a test's own, made by openssl.
#pragma once

#include <filesystem>
#include <string>

namespace collector::test {

struct Certificates {
  std::filesystem::path authority;    // PEM: what a client has to trust
  std::filesystem::path certificate;  // PEM: the server's, signed by it
  std::filesystem::path key;          // PEM, mode 0600
};

// A certificate authority, and a server's certificate for these names ("DNS:localhost,IP:127.0.0.1"), in
// `directory`, which is made. Valid for ten years from now, or so many days.
Certificates make_certificates(const std::filesystem::path& directory, const std::string& names,
                               int days = 3650);

}  // namespace collector::test
