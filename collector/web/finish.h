// The last step of every answer of the web part: what browsers are told, whether the client has it already,
// and compression. Any thread.
#pragma once

#include <span>
#include <string>

#include "collector/http/message.h"

namespace collector::web {

// An answer of its own Content-Security-Policy keeps it. Where `If-None-Match` names its ETag, it is a 304
// without a body. From 1 KiB on texts are compressed for clients that take gzip, unless they are already.
// `origins`: sites that may read what they asked for with a token.
http::Response finished(http::Response response, const http::Request& request,
                        std::span<const std::string> origins);

// Whether one of the tags in an If-None-Match is this one, weak or strong (RFC 9110, 13.1.2). Pure.
bool names_tag(std::string_view if_none_match, std::string_view tag);
// Whether an Accept-Encoding takes gzip. Pure.
bool takes_gzip(std::string_view accept_encoding);

}  // namespace collector::web
