// What comes over a connection, whatever the bytes: the server answers in HTTP or closes, its handler has
// whole bodies within their limits, and what follows on the same connection is not mistaken for another's.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "collector/core/numbers.h"
#include "collector/http/server.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

namespace {

using namespace collector;

constexpr std::size_t admitted = 100;

http::ServerSettings settings() {
  http::ServerSettings all{.name = "fuzz", .endpoints = {}};
  all.admit = [](const http::Request& head) -> std::expected<std::size_t, http::Response> {
    if (head.path == "/no") return std::unexpected(http::Response{.status = 401, .body = "no\n"});
    return admitted;
  };
  return all;
}

void answer(const http::Request& request, const http::Reply& reply) {
  test::expect(request.body.size() <= admitted, "no body is larger than what was admitted");
  test::expect(!request.method.empty() && !request.path.empty(), "a request asks for something");
  const std::string_view length = request.header("Content-Length");
  if (!length.empty() && http::count_of(request.headers, "Transfer-Encoding") == 0)
    test::expect(parse_number<std::size_t>(length) == request.body.size(), "a body is whole");
  if (request.path == "/parts") {
    reply({.parts = [count = 0](const http::TakePart& take) mutable { take(++count < 3 ? "part" : ""); }});
    return;
  }
  reply({.body = request.path});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static http::Server& server = *new http::Server(settings(), answer);  // ends with the process
  if (size > 64UL * 1024) return 0;
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
  const Descriptor client(ends[0]);
  server.take(Descriptor(ends[1]), "");
  const auto text = test::as_text(data, size);
  (void)::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  shutdown(client.get(), SHUT_WR);
  std::string all;
  std::array<char, 4096> part{};
  for (ssize_t count = 0; (count = recv(client.get(), part.data(), part.size(), 0)) > 0;)
    all.append(part.data(), static_cast<std::size_t>(count));
  test::expect(all.empty() || all.starts_with("HTTP/1."), "what is answered is HTTP");
  return 0;
}
