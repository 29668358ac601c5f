// What passes between a server and whoever answers for it: plain values, no library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/descriptor.h"

namespace collector::http {

// Who asks.
enum class Peer : std::uint8_t {
  remote,    // over TCP: anybody
  stranger,  // over a Unix socket, but none of those below
  group,     // a member of the group that may look
  owner,     // root, or the user that this process runs as
};

struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;

// The value of the first header of that name, without regard to case; empty: there is none.
std::string_view value_of(const Headers& headers, std::string_view name);
// How many headers have that name.
std::size_t count_of(const Headers& headers, std::string_view name);

// Without blanks and tabs around it (RFC 9110, 5.6.3).
std::string_view trimmed(std::string_view text);
// Without regard to the case of ASCII letters.
bool is_same_word(std::string_view a, std::string_view b);

// The parts of a list between commas, without those that are empty (RFC 9110, 5.6.1); and of all headers of
// that name.
std::vector<std::string_view> split_list(std::string_view value);
std::vector<std::string_view> list_of(const Headers& headers, std::string_view name);

struct Request {
  std::string method;                          // "GET"; a HEAD is asked as GET, its body is left out
  std::string path{};                          // "/status", decoded
  std::map<std::string, std::string> query{};  // decoded; of a name given twice the last
  Headers fields{};                            // the same, all of them in their order
  std::string authority{};  // "127.0.0.1:8125", of a target that has it; empty: it has none
  unsigned version = 11;    // 10: HTTP/1.0
  Headers headers{};        // as they came, in their order
  std::string body{};
  Peer peer = Peer::remote;
  std::string address{};  // of the client, without its port: "192.0.2.7"; empty: over a Unix socket

  bool has_body() const;  // whether its header says that one comes
  std::string_view header(std::string_view name) const { return value_of(headers, name); }
  // Whom it asks: what the target says counts instead of the header (RFC 9112, 3.2.2).
  std::string_view host() const { return authority.empty() ? header("Host") : std::string_view(authority); }
};

// Takes the next part of a body: once, from any thread, while the server is there. An empty one is the end.
// Nothing: it can't be finished; the connection is closed before the end, which tells the client.
using TakePart = std::function<void(std::optional<std::string> part)>;
// Makes a body part by part. Called on the server's thread, which it must not hold up, each time the kernel
// has taken the part before: a client that reads slowly is asked for slowly. Destroyed with all that it holds
// after the last part, and when the client is gone.
using MakePart = std::function<void(TakePart take)>;

// Is given the connection, non-blocking, and what the client has sent behind the request. Nothing has been
// answered yet. The server has no part in it any more: neither its limits nor its end.
using TakeOver = std::function<void(Descriptor connection, std::string received)>;

struct Response {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body{};
  Headers headers{};     // beside Content-Type, the body's length and, where it is not among them,
                         // Cache-Control: no-store
  MakePart parts{};      // instead of `body`
  TakeOver take_over{};  // instead of an answer: for WebSocket and the like (Upgrade)
};

// Gives the answer: once, from any thread, while the server is there.
using Reply = std::function<void(Response)>;

// Called on the server's thread, which serves everybody: must not wait. What takes longer keeps `reply` and
// answers from a thread of its own.
using Handler = std::function<void(const Request& request, Reply reply)>;

// Called on the server's thread when the header of a request is there and its body is not: how many bytes
// that may have, or the answer to a request that is refused without being read.
using Admit = std::function<std::expected<std::size_t, Response>(const Request& head)>;

// What the server itself refuses (400, 413, 431, 503), as it is to be told: given as plain text, with what is
// known of the request. Called on the server's thread.
using TellRefusal = std::function<Response(Response refusal, const Request& request)>;

// "/replay?sink=a%20b", or "http://127.0.0.1:8125/replay?sink=a%20b", into authority, path and query; false:
// it is not a target that anything here could have.
bool parse_target(std::string_view target, Request& request);

// "target=a&target=b%20c+d": pairs of names and values as forms of HTML send them
// (application/x-www-form-urlencoded), added to `fields`; false: it is not in that form.
bool parse_form(std::string_view text, Headers& fields);

}  // namespace collector::http
