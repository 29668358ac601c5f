#include "collector/transport/tls_certificate.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

namespace collector::transport {
namespace {

std::string mark_of(const std::filesystem::path& file) {
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) return "none";
  return fmt::format("{} {} {}.{}", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

}  // namespace

Result<TlsCertificate::Context> TlsCertificate::read() const {
  const auto loaded = TlsLibrary::load();
  if (!loaded) return std::unexpected(loaded.error().error);
  const TlsLibrary& tls = **loaded;
  tls.clear_errors();
  Context context(tls.context_new(tls.server_method()), Free{&tls});
  if (!context) return fail("TLS can't begin: " + tls.take_error());
  // SSL_CTX_set_min_proto_version is a macro.
  tls.context_control(context.get(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, nullptr);
  if (tls.use_certificate_chain_file(context.get(), certificate_.c_str()) != 1)
    return fail(fmt::format("{}: {}", certificate_.native(), tls.take_error()),
                "name the certificate and those between it and its root, as PEM");
  if (tls.use_private_key_file(context.get(), key_.c_str(), SSL_FILETYPE_PEM) != 1)
    return fail(fmt::format("{}: {}", key_.native(), tls.take_error()),
                "name the certificate's private key, as PEM, and let the collector's user read it");
  if (tls.check_private_key(context.get()) != 1)
    return fail(fmt::format("{}: {}", key_.native(), tls.take_error()), "the key is another certificate's");
  return context;
}

SSL_CTX* TlsCertificate::current(std::string& problem) {
  std::string now = mark_of(certificate_) + ", " + mark_of(key_);
  if (now == seen_) return context_.get();
  auto fresh = read();
  // Tried again with the next connection: a renewal writes two files, one after the other.
  if (!fresh) {
    problem = fresh.error().text();
    return context_.get();
  }
  context_ = std::move(*fresh);
  seen_ = std::move(now);
  return context_.get();
}

}  // namespace collector::transport
