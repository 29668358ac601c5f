#include "sinks/influx/http.h"

#include <fmt/format.h>

#include <array>

namespace collector::influx {
namespace {

// What the sink itself puts behind the address, and what people copy from elsewhere.
constexpr std::array<std::string_view, 6> own_paths{"/write",        "/api/v2/write", "/api/v3/write_lp",
                                                    "/api/v2/query", "/query",        "/ping"};

std::string_view remedy_of(transport::HttpFailure::Kind kind) {
  using Kind = transport::HttpFailure::Kind;
  switch (kind) {
    case Kind::unsendable:
      return "write token:, user: and password: on one line, with nothing after them";
    case Kind::not_listening:
      return "is the server running, and is url: right? rows wait in the spool";
    case Kind::unknown_host:
      return "check the host's name in url:, and this machine's name service";
    case Kind::unknown_proxy:
      return "check http_proxy, https_proxy and no_proxy in the environment";
    case Kind::untrusted:
      return "the server's certificate is not trusted: name its authority (tls: {ca: FILE}), and the host in "
             "url: as the certificate has it";
    case Kind::bad_file:
      return "check the files named in tls: that they are PEM, belong together, and can be read";
    case Kind::no_tls:
      return "does the server speak TLS at that port, and does it want a client's certificate (tls:)?";
    case Kind::slow:
      return "is the server overloaded, or the network slow? timeout: allows for more";
    case Kind::bad_url:
      return "check url:";
    case Kind::early:
      return "check for a proxy between this machine and the server; rows wait in the spool";
    case Kind::no_library:
    case Kind::other:
      break;
  }
  return "rows wait in the spool; the collector tries again";
}

}  // namespace

Result<Url> server_url(std::string_view text) {
  auto url = Url::parse(text);
  if (!url) return url;
  if (!url->query.empty())
    return fail(
        "there is a ? in it",
        "give only the address: database, user and the like are settings; in a password write ? as %3F");
  for (const std::string_view own : own_paths)
    if (url->path.ends_with(own))
      return fail(fmt::format("it ends in {}, which is put behind it anyway", own), "leave that out");
  return url;
}

SinkFailure failure_of(const transport::HttpFailure& failure) {
  return {.what = failure.what,
          .remedy = failure.remedy.empty() ? std::string(remedy_of(failure.kind)) : failure.remedy,
          .retry_after = std::nullopt,
          .hold = failure.lasting};
}

}  // namespace collector::influx
