#include "sinks/influx/endpoint.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "collector/formats/json_reader.h"

namespace collector::influx {
namespace {

std::string_view precision_name(Version version, TimePrecision precision) {
  constexpr std::array<std::array<std::string_view, 4>, 3> names{{
      {"ns", "u", "ms", "s"},
      {"ns", "us", "ms", "s"},
      {"nanosecond", "microsecond", "millisecond", "second"},
  }};
  return names[static_cast<std::size_t>(version) - 1][static_cast<std::size_t>(precision)];
}

// "telegraf/autogen" is how a bucket is named that stands for a database of 1.x and its retention policy.
std::pair<std::string, std::string> database_of(const Destination& destination) {
  if (!destination.database.empty() || destination.bucket.empty())
    return {destination.database, destination.retention_policy};
  const auto slash = destination.bucket.find('/');
  if (slash == std::string::npos) return {destination.bucket, destination.retention_policy};
  return {destination.bucket.substr(0, slash), destination.bucket.substr(slash + 1)};
}

std::string bucket_of(const Destination& destination) {
  if (!destination.bucket.empty()) return destination.bucket;
  if (destination.retention_policy.empty()) return destination.database;
  return destination.database + "/" + destination.retention_policy;
}

std::string base64(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8U | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k <= text.size() ? digits[bits >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

}  // namespace

std::string_view path_of(Version version) {
  constexpr std::array<std::string_view, 3> paths{"/write", "/api/v2/write", "/api/v3/write_lp"};
  return paths[static_cast<std::size_t>(version) - 1];
}

std::string write_url(const Destination& destination, Version version) {
  std::string url = destination.url.text();
  url.append(path_of(version)).append("?precision=").append(precision_name(version, destination.precision));
  const auto add = [&url](std::string_view key, const std::string& value) {
    if (!value.empty()) url.append("&").append(key).append("=").append(percent_encoded(value));
  };
  if (version == Version::two) {
    add("bucket", bucket_of(destination));
    add("org", destination.organization);
    return url;
  }
  const auto [database, retention_policy] = database_of(destination);
  add("db", database);
  if (version == Version::one) add("rp", retention_policy);
  return url;
}

std::string authorization(const Destination& destination, Version version) {
  if (!destination.token.empty())
    return (version == Version::three ? "Bearer " : "Token ") + destination.token;
  if (destination.user.empty()) return {};
  const std::string both = destination.user + ":" + destination.password;
  // InfluxDB 1.8 takes both in the place of a token.
  return version == Version::two ? "Token " + both : "Basic " + base64(both);
}

std::string place_of(const Destination& destination, Version version) {
  if (version == Version::two) return fmt::format("bucket {}", bucket_of(destination));
  return fmt::format("database {}", database_of(destination).first);
}

std::optional<Version> parse_version(std::string_view text) {
  if (text == "1") return Version::one;
  if (text == "2") return Version::two;
  if (text == "3") return Version::three;
  return std::nullopt;
}

std::optional<Version> version_of(const HttpAnswer& answer) {
  if (answer.status / 100 != 2) return std::nullopt;
  std::string text(answer.header("x-influxdb-version"));
  if (text.empty() && answer.body.starts_with('{')) {
    const auto body = read_json_object(answer.body);
    const JsonValue* version = body ? body->member("version") : nullptr;
    if (version != nullptr) text = version->text;
  }
  if (text.starts_with('v')) text.erase(0, 1);
  if (text.size() < 2 || text[1] != '.') return std::nullopt;
  return parse_version(text.substr(0, 1));
}

bool is_unknown_path(const HttpAnswer& answer) {
  if (answer.status == 405) return true;
  if (answer.status == 400) return answer.body.find("unsupported path") != std::string::npos;
  if (answer.status != 404) return false;
  for (const std::string_view word : {"database", "bucket", "organization", "retention policy"})
    if (answer.body.find(word) != std::string::npos) return false;
  return true;
}

}  // namespace collector::influx
