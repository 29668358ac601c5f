#include "collector/transport/tls_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace collector::transport {
namespace {

constexpr std::size_t piece = 16 * 1024;  // the largest record of TLS
// Above this nothing more is taken from the other side.
constexpr std::size_t enough = 4 * piece;

bool is_later() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

TlsConnection::TlsConnection(const TlsLibrary& library, SSL_CTX* context, Descriptor network,
                             Accepted accepted)
    : library_(library),
      network_(std::move(network)),
      accepted_(std::move(accepted)),
      session_(library.session_new(context), Free{&library}),
      in_(library.bio_new(library.memory())),
      out_(library.bio_new(library.memory())) {
  library_.set_bio(session_.get(), in_, out_);  // whose they are now
  library_.set_accept_state(session_.get());
}

short TlsConnection::network_events() const {
  short events = 0;
  if (!network_ended_ && to_plain_.size() < enough) events |= POLLIN;
  if (!to_network_.empty()) events |= POLLOUT;
  return events;
}

short TlsConnection::plain_events() const {
  if (!is_established_) return 0;
  short events = 0;
  if (!plain_ended_ && to_network_.size() < enough) events |= POLLIN;
  if (!to_plain_.empty()) events |= POLLOUT;
  return events;
}

bool TlsConnection::work(short network_events, short plain_events) {
  if ((network_events & (POLLIN | POLLHUP | POLLERR)) != 0 && !receive()) return false;
  if (!is_established_ && !shake_hands()) return false;
  if (is_established_) {
    if (!decrypt()) return false;
    if ((plain_events & (POLLIN | POLLHUP | POLLERR)) != 0 && !encrypt()) return false;
  }
  if (!send()) return false;
  if (plain_ended_) return !to_network_.empty();
  return !(network_ended_ && to_plain_.empty() && !is_established_);
}

bool TlsConnection::receive() {
  std::array<char, piece> bytes{};
  const ssize_t count = recv(network_.get(), bytes.data(), bytes.size(), 0);
  if (count < 0) return is_later();
  if (count == 0) {
    network_ended_ = true;
    if (!is_established_) return false;
    shutdown(plain_.get(), SHUT_WR);
    return true;
  }
  // A record of the handshake is a 22; a letter is somebody who writes http:// in place of https://.
  if (std::exchange(is_first_, false) && bytes[0] >= 'A' && bytes[0] <= 'Z') return refuse_plain_http();
  return library_.bio_write(in_, bytes.data(), static_cast<int>(count)) == count;
}

bool TlsConnection::refuse_plain_http() {
  constexpr std::string_view answer =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
      "this port is served over TLS: ask by https://\n";
  ::send(network_.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
  shutdown(network_.get(), SHUT_WR);
  return false;
}

bool TlsConnection::shake_hands() {
  library_.clear_errors();
  const int done = library_.do_handshake(session_.get());
  if (done != 1) {
    const int why = library_.get_error(session_.get(), done);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return true;
    send();  // the alert that says what was wrong
    return false;
  }
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) return false;
  plain_ = Descriptor(ends[0]);
  is_established_ = true;
  accepted_(Descriptor(ends[1]), network_.get());
  return true;
}

bool TlsConnection::decrypt() {
  std::array<char, piece> bytes{};
  while (to_plain_.size() < enough) {
    library_.clear_errors();
    const int count = library_.read(session_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (count > 0) {
      to_plain_.append(bytes.data(), static_cast<std::size_t>(count));
      continue;
    }
    const int why = library_.get_error(session_.get(), count);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) break;
    if (why != SSL_ERROR_ZERO_RETURN) return false;
    network_ended_ = true;  // it has said that nothing more comes
    break;
  }
  if (!write_plain()) return false;
  if (network_ended_ && to_plain_.empty()) shutdown(plain_.get(), SHUT_WR);
  return true;
}

bool TlsConnection::write_plain() {
  while (!to_plain_.empty()) {
    const ssize_t count = ::send(plain_.get(), to_plain_.data(), to_plain_.size(), MSG_NOSIGNAL);
    if (count < 0) return is_later();
    to_plain_.erase(0, static_cast<std::size_t>(count));
  }
  return true;
}

bool TlsConnection::encrypt() {
  std::array<char, piece> bytes{};
  const ssize_t count = recv(plain_.get(), bytes.data(), bytes.size(), 0);
  if (count < 0) return is_later();
  library_.clear_errors();
  if (count == 0) {
    plain_ended_ = true;
    moved_ = std::chrono::steady_clock::now();
    library_.shutdown(session_.get());
    return true;
  }
  // Into memory, which takes all of it.
  return library_.write(session_.get(), bytes.data(), static_cast<int>(count)) == count;
}

bool TlsConnection::send() {
  std::array<char, piece> bytes{};
  while (library_.bio_pending(out_) > 0) {
    const int count = library_.bio_read(out_, bytes.data(), static_cast<int>(bytes.size()));
    if (count <= 0) break;
    to_network_.append(bytes.data(), static_cast<std::size_t>(count));
  }
  while (!to_network_.empty()) {
    const ssize_t count = ::send(network_.get(), to_network_.data(), to_network_.size(), MSG_NOSIGNAL);
    if (count < 0) return is_later();
    to_network_.erase(0, static_cast<std::size_t>(count));
    if (is_established_) moved_ = std::chrono::steady_clock::now();
  }
  return true;
}

}  // namespace collector::transport
