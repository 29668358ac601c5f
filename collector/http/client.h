// Client: one question to a collector that runs on this machine, over its Unix socket.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "collector/core/time.h"
#include "collector/http/message.h"

namespace collector::http {

struct ClientFailure {
  enum class Kind : unsigned char {
    nobody,       // no socket, or nobody listens on it
    forbidden,    // the socket is somebody else's
    silent,       // no answer in time
    lacking,      // this process has no descriptor or memory left to ask with
    unreachable,  // the socket's file can't be got at
    broken,       // what came is no answer
  };
  Kind kind = Kind::broken;
  std::string what;
};

// Why connect() failed, by its errno.
ClientFailure::Kind failure_to_connect(int error);

// Blocks for `timeout` at most. `body`: of the request.
std::expected<Response, ClientFailure> ask(const std::filesystem::path& socket, const std::string& method,
                                           const std::string& target, Duration timeout,
                                           const std::string& body = {});

}  // namespace collector::http
