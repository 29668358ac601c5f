// The header of a request, line by line, as the gate reads it: whoever it says it is, nobody is let in by a
// name that is not the listener's, no page of another site without a token, and nobody anonymous through a
// proxy.
#include <strings.h>

#include <string>

#include "collector/http/host.h"
#include "collector/web/client_address.h"
#include "collector/web/finish.h"
#include "collector/web/gate.h"
#include "config/network.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

namespace {

using namespace collector;

http::Request request_of(std::string_view text) {
  http::Request request{
      .method = std::string(text.substr(0, text.find('\n'))), .path = "/api/v1", .address = "127.0.0.1"};
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto colon = line.find(':'); colon != std::string_view::npos)
      request.headers.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
  }
  return request;
}

void expect_gate_holds(const http::Request& request, const web::Listening& listening) {
  bool is_asked = false;
  const auto caller = web::admit(request, listening, [&](std::string_view token) -> std::optional<Caller> {
    is_asked = true;
    if (token != "good") return std::nullopt;
    Caller known;
    known.role = Role::admin;
    return known;
  });
  if (!caller) {
    test::expect(caller.error().status >= 400 && caller.error().status < 500, "it is the client's mistake");
    return;
  }
  test::expect(http::is_own_host(request.host(), listening.names), "it is asked by a name of its own");
  const std::string_view origin = request.header("Origin");
  const auto scheme = origin.find("://");
  const std::string asks(scheme == std::string_view::npos ? origin : origin.substr(scheme + 3));
  test::expect(origin.empty() || origin == listening.origins.at(0) ||
                   strcasecmp(asks.c_str(), std::string(request.host()).c_str()) == 0,
               "no other page is let in");
  if (origin == listening.origins.at(0)) test::expect(is_asked, "a named site shows a token");
  if (!is_asked && (web::is_forwarded(request) || !listening.behind.empty()))
    test::expect(!caller->role, "through a proxy nobody is anonymous");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const http::Request request = request_of(test::as_text(data, size));
  web::Listening listening{.address = "127.0.0.1:7373",
                           .names = {"nas.example.org"},
                           .origins = {"https://grafana.example.org"},
                           .behind = {}};
  expect_gate_holds(request, listening);
  listening.behind = {"127.0.0.1", "10.0.0.0/8"};
  expect_gate_holds(request, listening);
  const std::string client = web::client_of(request, listening.behind);
  test::expect(client == "unknown" || parse_address(client).has_value(),
               "a client is an address, or unknown");
  test::expect(web::client_of(request, {}) == request.address, "nobody else is believed");
  web::preflight(request, listening);
  web::ticket_of(request);
  web::names_tag(request.header("If-None-Match"), "\"a\"");
  web::finished({.body = "x", .headers = {{"ETag", "\"a\""}}}, request, listening.origins);
  return 0;
}
