// The URL of a server, taken apart. Pure.
#pragma once

#include <string>
#include <string_view>

#include "collector/core/error.h"

namespace collector::transport {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // in lower case, an IPv6 address without its brackets
  unsigned port = 0;   // the scheme's own when none is given
  std::string path;    // without a slash at its end: "" or "/insert/0/influx"
  std::string query;   // with its ?; empty: none
  std::string user;    // decoded; empty when there is none
  std::string password;

  // Errors hold nothing of the text.
  static Result<Url> parse(std::string_view text);

  std::string origin() const;                                   // "http://127.0.0.1:8086"
  std::string text() const { return origin() + path + query; }  // without user and password
  bool is_loopback() const;                                     // this machine, by its name or address
};

// For the query of a URL: everything but letters, digits, '-', '.', '_' and '~' as %XX.
std::string percent_encoded(std::string_view text);

}  // namespace collector::transport
