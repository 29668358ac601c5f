// TlsCertificate: a server's certificate and key as OpenSSL has read them; read again when a file is another
// one than before, as after a renewal. One thread.
#pragma once

#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "collector/core/error.h"
#include "collector/core/time.h"
#include "collector/transport/tls_library.h"

namespace collector::transport {

// From when until when a certificate is one; nothing: it is not known.
struct TlsValidity {
  std::optional<WallTime> begins{};
  std::optional<WallTime> ends{};
};

// "has ended on 2026-11-30", "ends on 2026-12-04, in 4 days" in the last fifth of its time and two weeks
// before its end at most: whoever renews by a program does so before. Empty: its time is as it should be.
std::string mistake_in_validity(const TlsValidity& validity, WallTime now);

// Of files that nobody serves yet: why they can't be used, or what is wrong with their time; empty: nothing.
std::string mistake_in_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key,
                                   WallTime now);

class TlsCertificate {
 public:
  TlsCertificate(std::filesystem::path certificate, std::filesystem::path key)
      : certificate_(std::move(certificate)), key_(std::move(key)) {}

  // What new connections are served with. Where the files have changed and can't be used, it is what was read
  // before, and the reason is in `problem`; null: nothing could be read yet.
  SSL_CTX* current(std::string& problem);
  // What is wrong with its time, of the certificate that was read: it ends soon, has ended or has not begun;
  // empty: nothing.
  std::string mistake_in_time(WallTime now) const;

 private:
  struct Free {
    const TlsLibrary* library;
    void operator()(SSL_CTX* context) const { library->context_free(context); }
  };
  using Context = std::unique_ptr<SSL_CTX, Free>;
  Result<Context> read() const;
  TlsValidity validity_of(SSL_CTX* context) const;

  const std::filesystem::path certificate_;
  const std::filesystem::path key_;
  std::string seen_;  // which files were read: their numbers, sizes and times
  Context context_{nullptr, Free{nullptr}};
  TlsValidity validity_;
};

}  // namespace collector::transport
