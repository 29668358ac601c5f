// A URL that somebody has written, taken apart where there is only one way to read it: the one place where
// such text is looked at. A password with an unescaped @, /, ? or # could be read in several ways, and a part
// of it taken for a host, which logs and the name service would then see: it is refused. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collector/core/error.h"

namespace collector {

// Errors hold nothing of the text.
struct UrlParts {
  std::string_view scheme;     // as written, before ://
  std::string user;            // decoded; empty: none
  std::string password;        // decoded
  std::string_view authority;  // hosts and ports, without user and password
  std::string_view path;       // with its slash; empty: none
  std::string_view query;      // behind the ?
  bool has_query = false;
  std::string_view fragment;  // from the # on

  // `text` outlives the parts.
  static Result<UrlParts> split(std::string_view text);
};

// What to do about characters that mean something in a URL.
inline constexpr auto escape_remedy =
    "in a user or password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, % as %25, a space as %20";

// Nothing when a % is not followed by two hexadecimal digits, or stands for a control character.
std::optional<std::string> percent_decoded(std::string_view text);

// Why this can't be a host's name or address (IPv6 without its brackets); the name service is not asked.
std::optional<Error> mistake_in_host(std::string_view host);

// 1 to 65535, in digits only.
std::optional<unsigned> port_number(std::string_view text);

}  // namespace collector
