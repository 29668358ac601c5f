// A client of WebSocket that does as it is told: it may send what no browser would.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "collector/core/descriptor.h"

namespace collector::test {

class WebSocketClient {
 public:
  explicit WebSocketClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    is_connected_ = connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    host_ = "127.0.0.1:" + std::to_string(port);
  }

  // The header of the answer.
  std::string open(std::string_view more = "") {
    write("GET /api/v1/stream HTTP/1.1\r\nHost: " + host_ + "\r\nOrigin: http://" + host_ +
          "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: collector.v1\r\n" +
          std::string(more) + "\r\n");
    while (buffer_.find("\r\n\r\n") == std::string::npos)
      if (!fill()) return buffer_;
    const auto end = buffer_.find("\r\n\r\n") + 4;
    const std::string header = buffer_.substr(0, end);
    buffer_.erase(0, end);
    return header;
  }

  // One frame, masked with zeros. `opcode`: 1 a text, 2 bytes, 8 the end, 9 a ping.
  void send(std::string_view payload, unsigned opcode = 1) {
    std::string frame(1, static_cast<char>(0x80U | opcode));
    if (payload.size() < 126) {
      frame += static_cast<char>(0x80U | payload.size());
    } else {
      frame += static_cast<char>(0x80U | 126U);
      frame += static_cast<char>(payload.size() >> 8U);
      frame += static_cast<char>(payload.size() & 0xffU);
    }
    frame.append(4, '\0');
    write(frame + std::string(payload));
  }

  // The next text; empty: it is over, or nothing came within ten seconds. Pings are left out.
  std::string next() {
    while (true) {
      while (!has_frame())
        if (!fill()) return "";
      const unsigned opcode = static_cast<std::uint8_t>(buffer_[0]) & 0x0fU;
      auto [size, header] = sizes();
      const std::string payload = buffer_.substr(header, size);
      buffer_.erase(0, header + size);
      has_end_ = opcode == 8;
      if (has_end_) return "";
      if (opcode == 1) return payload;
    }
  }
  bool is_connected() const { return is_connected_; }
  bool has_end() const { return has_end_; }  // it was said, not only cut off

 private:
  void write(const std::string& bytes) {
    (void)::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  bool fill() {
    pollfd event{socket_.get(), POLLIN, 0};
    if (poll(&event, 1, 10'000) <= 0) return false;
    char part[4096];
    const auto count = ::recv(socket_.get(), part, sizeof part, 0);
    if (count <= 0) return false;
    buffer_.append(part, static_cast<std::size_t>(count));
    return true;
  }
  std::pair<std::size_t, std::size_t> sizes() const {
    const std::size_t first = static_cast<std::uint8_t>(buffer_[1]) & 0x7fU;
    if (first < 126) return {first, 2};
    std::size_t size = 0;
    const std::size_t bytes = first == 126 ? 2 : 8;
    for (std::size_t i = 0; i < bytes; ++i)
      size = size * 256 + static_cast<std::uint8_t>(buffer_[2 + i]);
    return {size, 2 + bytes};
  }
  bool has_frame() const {
    if (buffer_.size() < 2) return false;
    const std::size_t first = static_cast<std::uint8_t>(buffer_[1]) & 0x7fU;
    if (buffer_.size() < (first < 126 ? 2U : first == 126 ? 4U : 10U)) return false;
    const auto [size, header] = sizes();
    return buffer_.size() >= header + size;
  }

  Descriptor socket_;
  bool is_connected_ = false;
  bool has_end_ = false;
  std::string host_;
  std::string buffer_;
};

}  // namespace collector::test
