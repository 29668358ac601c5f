#include "collector/transport/tls_library.h"

#include <array>
#include <mutex>
#include <optional>

#include "collector/core/system_library.h"

namespace collector::transport {
namespace {

constexpr auto tls_package = "libssl3 (libssl3t64 on newer systems)";

std::expected<TlsLibrary, Failure> bind_tls() {
  auto ssl = SystemLibrary::load("libssl.so.3", tls_package);
  if (!ssl) return std::unexpected(ssl.error());
  auto crypto = SystemLibrary::load("libcrypto.so.3", tls_package);
  if (!crypto) return std::unexpected(crypto.error());
  TlsLibrary tls;
  ssl->bind(tls.server_method, "TLS_server_method")
      .bind(tls.context_new, "SSL_CTX_new")
      .bind(tls.context_free, "SSL_CTX_free")
      .bind(tls.context_control, "SSL_CTX_ctrl")
      .bind(tls.use_certificate_chain_file, "SSL_CTX_use_certificate_chain_file")
      .bind(tls.use_private_key_file, "SSL_CTX_use_PrivateKey_file")
      .bind(tls.check_private_key, "SSL_CTX_check_private_key")
      .bind(tls.certificate_of, "SSL_CTX_get0_certificate")
      .bind(tls.session_new, "SSL_new")
      .bind(tls.session_free, "SSL_free")
      .bind(tls.set_bio, "SSL_set_bio")
      .bind(tls.set_accept_state, "SSL_set_accept_state")
      .bind(tls.do_handshake, "SSL_do_handshake")
      .bind(tls.read, "SSL_read")
      .bind(tls.write, "SSL_write")
      .bind(tls.shutdown, "SSL_shutdown")
      .bind(tls.get_error, "SSL_get_error");
  crypto->bind(tls.memory, "BIO_s_mem")
      .bind(tls.begins, "X509_get0_notBefore")
      .bind(tls.ends, "X509_get0_notAfter")
      .bind(tls.to_calendar, "ASN1_TIME_to_tm")
      .bind(tls.bio_new, "BIO_new")
      .bind(tls.bio_read, "BIO_read")
      .bind(tls.bio_write, "BIO_write")
      .bind(tls.bio_pending, "BIO_ctrl_pending")
      .bind(tls.get_code, "ERR_get_error")
      .bind(tls.error_string, "ERR_error_string_n")
      .bind(tls.clear_errors, "ERR_clear_error");
  for (const SystemLibrary* library : {&*ssl, &*crypto})
    if (!library->missing().empty())
      return std::unexpected(Failure{
          .error = {library->missing(), std::string("install Debian's ") + tls_package}, .lasting = true});
  return tls;
}

}  // namespace

std::expected<const TlsLibrary*, Failure> TlsLibrary::load() {
  static std::mutex mutex;
  static std::optional<TlsLibrary> loaded;
  const std::lock_guard lock(mutex);
  if (!loaded) {
    auto bound = bind_tls();
    if (!bound) return std::unexpected(bound.error());
    loaded = *bound;
  }
  return &*loaded;
}

std::string TlsLibrary::take_error() const {
  const unsigned long code = get_code();
  clear_errors();
  if (code == 0) return "an unknown fault of TLS";
  std::array<char, 256> text{};
  error_string(code, text.data(), text.size());
  return text.data();
}

}  // namespace collector::transport
