// OpenSSL's server side, mapped when something is first served over TLS (SystemLibrary says why), as a table
// of its functions.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <expected>
#include <string>

#include "collector/core/failure.h"

namespace collector::transport {

struct TlsLibrary {
  decltype(TLS_server_method)* server_method = nullptr;
  decltype(SSL_CTX_new)* context_new = nullptr;
  decltype(SSL_CTX_free)* context_free = nullptr;
  decltype(SSL_CTX_ctrl)* context_control = nullptr;
  decltype(SSL_CTX_use_certificate_chain_file)* use_certificate_chain_file = nullptr;
  decltype(SSL_CTX_use_PrivateKey_file)* use_private_key_file = nullptr;
  decltype(SSL_CTX_check_private_key)* check_private_key = nullptr;
  decltype(SSL_CTX_get0_certificate)* certificate_of = nullptr;
  decltype(X509_get0_notBefore)* begins = nullptr;
  decltype(X509_get0_notAfter)* ends = nullptr;
  decltype(ASN1_TIME_to_tm)* to_calendar = nullptr;
  decltype(SSL_new)* session_new = nullptr;
  decltype(SSL_free)* session_free = nullptr;
  decltype(SSL_set_bio)* set_bio = nullptr;
  decltype(SSL_set_accept_state)* set_accept_state = nullptr;
  decltype(SSL_do_handshake)* do_handshake = nullptr;
  decltype(SSL_read)* read = nullptr;
  decltype(SSL_write)* write = nullptr;
  decltype(SSL_shutdown)* shutdown = nullptr;
  decltype(SSL_get_error)* get_error = nullptr;
  decltype(BIO_s_mem)* memory = nullptr;
  decltype(BIO_new)* bio_new = nullptr;
  decltype(BIO_read)* bio_read = nullptr;
  decltype(BIO_write)* bio_write = nullptr;
  decltype(BIO_ctrl_pending)* bio_pending = nullptr;
  decltype(ERR_get_error)* get_code = nullptr;
  decltype(ERR_error_string_n)* error_string = nullptr;
  decltype(ERR_clear_error)* clear_errors = nullptr;

  // The functions, once and for all; from any thread.
  static std::expected<const TlsLibrary*, Failure> load();

  // What the calling thread's last failure was, and forgets it.
  std::string take_error() const;
};

}  // namespace collector::transport
