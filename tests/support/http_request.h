// One HTTP request of a test to a server on this machine, over a connection of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/process.h"

namespace collector::test {

struct HttpResponse {
  int status = 0;  // 0: nobody answered
  std::string body;
};

// `target` is "/query?db=x"; a body makes it a POST. Waits at most ten seconds.
HttpResponse http_request(std::uint16_t port, const std::string& target, std::string_view body = {},
                          std::string_view method = {});

// For the query of a target.
std::string url_encoded(std::string_view text);

// Asks until the server answers 2xx. False: the server is no longer there. Throws after twenty seconds.
bool wait_for_http(std::uint16_t port, const std::string& target, Process& server);

}  // namespace collector::test
