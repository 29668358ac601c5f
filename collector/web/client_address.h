// Whose request it is where a proxy stands between: addresses, and what the proxy says of the client. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "collector/http/message.h"

namespace collector::web {

// "192.0.2.7" in "192.0.2.0/24", "2001:db8::1" in "2001:db8::/32", or the same address. An address of IPv4
// inside IPv6 ("::ffff:192.0.2.7") is that of IPv4.
bool is_within(std::string_view address, std::string_view network);
bool is_within(std::string_view address, std::span<const std::string> networks);

// Whether it came through somebody who says so: Forwarded (RFC 7239), Via (RFC 9110), any X-Forwarded-…, or
// what is in use beside them.
bool is_forwarded(const http::Request& request);

// The address of the client: of the connection or, where that is a named proxy's, the last one before the
// proxies in what they say. What can't be read is "unknown", and so is whoever comes with both headers where
// they tell of different clients: a proxy writes one of them, and the other may be the client's own.
std::string client_of(const http::Request& request, std::span<const std::string> proxies);

}  // namespace collector::web
