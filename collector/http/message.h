// What passes between the HTTP service and whoever answers for it: plain values, no library.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace collector::http {

// Who asks.
enum class Peer : std::uint8_t {
  remote,    // over TCP: anybody
  stranger,  // over a Unix socket, but none of those below
  group,     // a member of the group that may look
  owner,     // root, or the user that this process runs as
};

struct Request {
  std::string method;                        // "GET"; a HEAD is asked as GET, its body is left out
  std::string path;                          // "/status", decoded
  std::map<std::string, std::string> query;  // decoded; of a name given twice the last
  std::string host{};                        // header Host, as it came; empty: there is none
  Peer peer = Peer::remote;
};

struct Response {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::string allow{};  // header Allow, of a 405
};

// Gives the answer: once, from any thread, while the server is there.
using Reply = std::function<void(Response)>;

// Called on the server's thread, which serves everybody: must not wait. What takes longer keeps `reply` and
// answers from a thread of its own.
using Handler = std::function<void(const Request& request, Reply reply)>;

// "/replay?sink=a%20b" into path and query; false: it is not a target that anything here could have.
bool parse_target(std::string_view target, Request& request);

}  // namespace collector::http
