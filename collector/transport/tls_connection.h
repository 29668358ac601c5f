// TlsConnection: one client's end of TLS, and a plain connection to whoever answers: bytes go from one to the
// other, as fast as the slower side takes them. Driven by readiness; one thread.
//
//   client ═TLS═ network() ─► memory ─► OpenSSL ─► plain() ─ server
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "collector/core/descriptor.h"
#include "collector/transport/tls_library.h"

namespace collector::transport {

class TlsConnection {
 public:
  // Gives the plain end away when the handshake is done. `network`: for the client's address.
  using Accepted = std::function<void(Descriptor plain, int network)>;

  TlsConnection(const TlsLibrary& library, SSL_CTX* context, Descriptor network, Accepted accepted);

  int network() const { return network_.get(); }
  // -1: before the handshake is done, and after its end: poll() would tell of that for ever.
  int plain() const { return plain_ended_ ? -1 : plain_.get(); }
  // What poll() should wait for, at either end.
  short network_events() const;
  short plain_events() const;
  // After poll(). False: it is over.
  bool work(short network_events, short plain_events);

  bool is_shaking_hands() const { return !is_established_; }
  // Since when the client alone keeps it: by its handshake, or by not taking the last of an answer; nothing:
  // it does not.
  std::optional<std::chrono::steady_clock::time_point> waits_since() const {
    return !is_established_ || plain_ended_ ? std::optional(moved_) : std::nullopt;
  }

 private:
  struct Free {
    const TlsLibrary* library;
    void operator()(SSL* session) const { library->session_free(session); }
  };
  bool receive();  // from the network into OpenSSL
  bool shake_hands();
  bool decrypt();  // from OpenSSL to the plain end
  bool encrypt();  // from the plain end into OpenSSL
  bool send();     // from OpenSSL to the network
  bool write_plain();
  bool refuse_plain_http();

  const TlsLibrary& library_;
  Descriptor network_;
  Descriptor plain_;
  Accepted accepted_;
  std::unique_ptr<SSL, Free> session_;
  BIO* in_ = nullptr;   // of the session
  BIO* out_ = nullptr;  // of the session
  std::string to_plain_;
  std::string to_network_;
  bool is_established_ = false;
  bool is_first_ = true;
  bool network_ended_ = false;
  bool plain_ended_ = false;
  std::chrono::steady_clock::time_point moved_ =
      std::chrono::steady_clock::now();  // begun, or taken something
};

}  // namespace collector::transport
