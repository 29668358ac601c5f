#include "collector/web/fixed_answer.h"

#include <fmt/format.h>

#include "collector/web/finish.h"

namespace collector::web {

http::Response fixed_answer(const http::Request& request, std::string_view type, std::string_view tag,
                            std::string_view plain, std::string_view packed) {
  const bool is_packed = !packed.empty() && takes_gzip(request.header("Accept-Encoding"));
  http::Response response{.type = std::string(type)};
  // The bytes are others, and so is the tag.
  response.headers.push_back({"ETag", fmt::format("\"{}{}\"", tag, is_packed ? "-gzip" : "")});
  response.headers.push_back({"Vary", "Accept-Encoding"});
  if (is_packed) response.headers.push_back({"Content-Encoding", "gzip"});
  response.body = is_packed ? packed : plain;
  return response;
}

}  // namespace collector::web
