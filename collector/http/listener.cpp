#include "collector/http/listener.h"

#include <unistd.h>

#include <utility>

namespace collector::http {
namespace {

using boost::system::error_code;

BootTime boot_now() {
  return SystemClock().now().boot;
}

}  // namespace

Listener::Listener(Endpoint endpoint, const Surroundings& surroundings)
    : endpoint_(std::move(endpoint)),
      unix_(std::get_if<UnixSocket>(&endpoint_)),
      surroundings_(surroundings),
      acceptor_(surroundings.context),
      pause_(surroundings.context),
      failure_log_(surroundings.name),
      removals_(surroundings.context) {}

void Listener::fail(const std::string& why) {
  failure_log_.report(boot_now(), why);
  surroundings_.hindered(*this, why);
  pause_.expires_after(surroundings_.retry_every);
  pause_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && !self->closed_) self->open();
  });
}

void Listener::open() {
  watch();
  const TcpPort* const port = std::get_if<TcpPort>(&endpoint_);
  auto socket = unix_ != nullptr ? listen_unix(*unix_) : listen_tcp(*port);
  if (!socket) return fail(socket.error().text());
  const int family = unix_ != nullptr ? AF_UNIX : port->address.starts_with('[') ? AF_INET6 : AF_INET;
  error_code error;
  acceptor_.assign({family, 0}, socket->get(), error);
  if (error) return fail("assign: " + error.message());
  socket->release();
  if (unix_ != nullptr) bound_ = identity_of(unix_->file);
  failure_log_.clear(boot_now(), "the socket is open");
  surroundings_.hindered(*this, {});
  accept();
}

void Listener::close() {
  closed_ = true;
  surroundings_.hindered(*this, {});
  pause_.cancel();
  error_code ignored;
  removals_.close(ignored);
  acceptor_.close(ignored);
  if (bound_ != FileIdentity{} && identity_of(unix_->file) == bound_) unlink(unix_->file.c_str());
}

// The file is looked at only when something was removed beside it: its disk may hang at any other time. The
// directory may be another one than before.
void Listener::watch() {
  if (unix_ == nullptr) return;
  const auto directory = unix_->file.parent_path();
  if (removals_.is_open() && identity_of(directory) == watched_) return;
  error_code ignored;
  removals_.close(ignored);
  watched_ = identity_of(directory);
  Descriptor watch = watch_removals(directory);
  if (watch.get() < 0) return;
  removals_.assign(watch.get(), ignored);
  if (!removals_.is_open()) return;
  watch.release();
  wait_for_removal();
}

void Listener::wait_for_removal() {
  removals_.async_wait(Removals::wait_read,
                       [self = shared_from_this(), watched = watched_](const error_code& error) {
                         if (error || self->closed_ || watched != self->watched_) return;
                         take_removals(self->removals_.native_handle());
                         if (self->acceptor_.is_open() && identity_of(self->unix_->file) != self->bound_) {
                           error_code ignored;
                           self->pause_.cancel();
                           self->acceptor_.close(ignored);
                           self->open();
                         }
                         if (self->removals_.is_open() && watched == self->watched_) self->wait_for_removal();
                       });
}

void Listener::accept_later() {
  pause_.expires_after(surroundings_.unmoved);
  pause_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && self->acceptor_.is_open()) self->accept();
  });
}

void Listener::accept() {
  if (!surroundings_.room()) return accept_later();
  acceptor_.async_accept(
      surroundings_.context, [self = shared_from_this()](const error_code& error, Socket socket) {
        if (error == boost::asio::error::operation_aborted || self->closed_) return;
        // No descriptor is left, or the like: it passes.
        if (error) return self->accept_later();
        const Peer peer =
            self->unix_ != nullptr ? peer_of(socket.native_handle(), self->unix_->group) : Peer::remote;
        std::string address = self->unix_ != nullptr ? std::string() : client_address(socket.native_handle());
        self->surroundings_.accepted(std::move(socket), peer, std::move(address), *self);
        self->accept();
      });
}

}  // namespace collector::http
