// What browsers are told about every answer of the web part: nothing of anybody else's may run in it, read it
// or frame it.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "collector/http/message.h"

namespace collector::web {

// No script, style, picture or connection but this server's own; no HTML made from text (Trusted Types). The
// page draws its icons as data.
inline constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

inline constexpr std::array<std::pair<std::string_view, std::string_view>, 5> security_headers{{
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy",
     "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), "
     "usb=()"},
}};

inline http::Headers all_security_headers() {
  http::Headers all{{"Content-Security-Policy", std::string(content_security_policy)}};
  for (const auto& [name, value] : security_headers)
    all.push_back({std::string(name), std::string(value)});
  return all;
}

}  // namespace collector::web
