#include "collector/web/finish.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "collector/formats/gzip.h"
#include "collector/formats/gzip_stream.h"
#include "collector/web/security_headers.h"

namespace collector::web {
namespace {

constexpr std::size_t worth_compressing = 1024;

std::string_view without_weakness(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

bool is_text_type(std::string_view type) {
  return type.starts_with("text/") || type.contains("json") || type.contains("javascript") ||
         type.contains("svg");
}

void add_once(http::Response& response, std::string_view name, std::string_view value) {
  if (http::count_of(response.headers, name) == 0)
    response.headers.push_back({std::string(name), std::string(value)});
}

// To whatever the answer varies with already.
void add_vary(http::Response& response, std::string_view name) {
  for (http::Header& header : response.headers)
    if (header.name == "Vary") {
      header.value += ", " + std::string(name);
      return;
    }
  response.headers.push_back({"Vary", std::string(name)});
}

// Each part as it is made. Nothing: memory is short.
http::MakePart packed_parts(const http::MakePart& plain) {
  const auto gzip = std::make_shared<GzipStream>();
  if (!gzip->is_usable()) return {};
  return [plain, gzip, has_ended = std::make_shared<bool>(false)](const http::TakePart& take) {
    if (*has_ended) return take(std::string());
    plain([take, gzip, has_ended](std::optional<std::string> part) {
      if (!part) return take(std::nullopt);
      *has_ended = part->empty();
      take(*has_ended ? gzip->end() : gzip->part(*part));
    });
  };
}

}  // namespace

bool names_tag(std::string_view if_none_match, std::string_view tag) {
  for (const std::string_view one : http::split_list(if_none_match))
    if (one == "*" || without_weakness(one) == without_weakness(tag)) return true;
  return false;
}

bool takes_gzip(std::string_view accept_encoding) {
  for (const std::string_view one : http::split_list(accept_encoding)) {
    const std::string_view name = http::trimmed(one.substr(0, one.find(';')));
    if (name != "gzip" && name != "*") continue;
    const auto q = one.find("q=");
    return q == std::string_view::npos ||
           one.substr(q + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

http::Response finished(http::Response response, const http::Request& request,
                        std::span<const std::string> origins) {
  if (response.take_over) return response;
  for (const auto& [name, value] : security_headers)
    add_once(response, name, value);
  add_once(response, "Content-Security-Policy", content_security_policy);
  const std::string_view origin = request.header("Origin");
  if (!origin.empty() && std::ranges::find(origins, origin) != origins.end()) {
    response.headers.push_back({"Access-Control-Allow-Origin", std::string(origin)});
    add_vary(response, "Origin");
    std::erase_if(response.headers,
                  [](const http::Header& one) { return one.name == "Cross-Origin-Resource-Policy"; });
    response.headers.push_back({"Cross-Origin-Resource-Policy", "cross-origin"});
  }
  const std::string_view tag = http::value_of(response.headers, "ETag");
  if (!tag.empty()) add_once(response, "Cache-Control", "private, no-cache");
  if (response.status == 200 && !tag.empty() && names_tag(request.header("If-None-Match"), tag)) {
    response.status = 304;
    response.body.clear();
    response.parts = {};
    return response;
  }
  const bool is_long = response.parts || response.body.size() >= worth_compressing;
  if (!is_long || !is_text_type(response.type) || http::count_of(response.headers, "Content-Encoding") > 0)
    return response;
  add_vary(response, "Accept-Encoding");
  if (!takes_gzip(request.header("Accept-Encoding"))) return response;
  if (response.parts) {
    if (auto packed = packed_parts(response.parts)) {
      response.parts = std::move(packed);
      response.headers.push_back({"Content-Encoding", "gzip"});
    }
    return response;
  }
  Gzip gzip;
  if (const std::string_view packed = gzip.compress(response.body); !packed.empty()) {
    response.body = packed;
    response.headers.push_back({"Content-Encoding", "gzip"});
  }
  return response;
}

}  // namespace collector::web
