// TlsCertificate: a server's certificate and key as OpenSSL has read them; read again when a file is another
// one than before, as after a renewal. One thread.
#pragma once

#include <ctime>
#include <filesystem>
#include <memory>
#include <string>

#include "collector/core/error.h"
#include "collector/transport/tls_library.h"

namespace collector::transport {

class TlsCertificate {
 public:
  TlsCertificate(std::filesystem::path certificate, std::filesystem::path key)
      : certificate_(std::move(certificate)), key_(std::move(key)) {}

  // What new connections are served with. Where the files have changed and can't be used, it is what was read
  // before, and the reason is in `problem`; null: nothing could be read yet.
  SSL_CTX* current(std::string& problem);

 private:
  struct Free {
    const TlsLibrary* library;
    void operator()(SSL_CTX* context) const { library->context_free(context); }
  };
  using Context = std::unique_ptr<SSL_CTX, Free>;
  Result<Context> read() const;

  const std::filesystem::path certificate_;
  const std::filesystem::path key_;
  std::string seen_;  // which files were read: their numbers, sizes and times
  Context context_{nullptr, Free{nullptr}};
};

}  // namespace collector::transport
