#include "collector/http/client.h"

#include <fmt/format.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "collector/core/resources.h"
#include "collector/core/version.h"
#include "collector/http/sockets.h"

namespace collector::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using Executor = boost::asio::io_context::executor_type;
using Protocol = boost::asio::generic::stream_protocol;

using Kind = ClientFailure::Kind;

constexpr std::uint64_t largest_answer = 16 * 1024 * 1024;

}  // namespace

ClientFailure::Kind failure_to_connect(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ECONNREFUSED:
      return Kind::nobody;
    case EACCES:
    case EPERM:
      return Kind::forbidden;
    case EAGAIN:  // as many as the backlog holds are waiting already
      return Kind::silent;
    default:
      return lacks_resources(error) ? Kind::lacking : Kind::unreachable;
  }
}

std::expected<Response, ClientFailure> ask(const std::filesystem::path& socket, const std::string& method,
                                           const std::string& target, Duration timeout,
                                           const std::string& body) {
  const auto failed = [&](Kind kind, const std::string& why) {
    return std::unexpected(ClientFailure{kind, fmt::format("{}: {}", socket.native(), why)});
  };
  auto connected = connect_unix(socket);
  if (!connected) return failed(failure_to_connect(connected.error()), std::strerror(connected.error()));

  boost::asio::io_context context(1);
  boost::asio::basic_stream_socket<Protocol, Executor> plain(context.get_executor());
  error_code error;
  plain.assign(Protocol(AF_UNIX, 0), connected->get(), error);
  if (error) return failed(Kind::broken, error.message());
  connected->release();
  beast::basic_stream<Protocol, Executor> stream(std::move(plain));

  beast::http::request<beast::http::string_body> request;
  request.method_string(method);
  request.target(target);
  request.version(11);
  request.set(beast::http::field::host, "localhost");
  request.set(beast::http::field::user_agent, std::string(user_agent()));
  request.keep_alive(false);
  request.body() = body;
  request.prepare_payload();
  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(largest_answer);

  stream.expires_after(timeout);
  const auto on_read = [&](const error_code& read, std::size_t) { error = read; };
  beast::http::async_write(stream, request, [&](const error_code& written, std::size_t) {
    error = written;
    if (!error) beast::http::async_read(stream, buffer, parser, on_read);
  });
  context.run();
  if (error == beast::error::timeout) return failed(Kind::silent, "no answer");
  if (error) return failed(Kind::broken, error.message());
  auto message = parser.release();
  const auto type = message[beast::http::field::content_type];
  return Response{.status = message.result_int(),
                  .type = std::string(type.data(), type.size()),
                  .body = std::move(message.body())};
}

}  // namespace collector::http
