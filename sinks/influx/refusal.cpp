#include "sinks/influx/refusal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <span>
#include <utility>

#include "collector/core/numbers.h"
#include "collector/formats/json_reader.h"

namespace collector::influx {
namespace {

// What servers and the proxies before them answer with 400 to a request whose lines they have not looked at.
// Rights before logins: "not authorized" is both.
using Fault = std::pair<std::string_view, RequestFault>;
constexpr std::array request_faults{
    Fault{"not authorized", RequestFault::rights},
    Fault{"not permitted", RequestFault::rights},
    Fault{"permission", RequestFault::rights},
    Fault{"forbidden", RequestFault::rights},
    Fault{"credential", RequestFault::login},     // 1.x: unable to parse authentication credentials
    Fault{"authorization", RequestFault::login},  // 3: Authorization header was malformed
    Fault{"authenticat", RequestFault::login},    // 2.x: could not authenticate
    Fault{"unauthorized", RequestFault::login},
    Fault{"auth token", RequestFault::login},  // vmauth
    Fault{"invalid token", RequestFault::login},
    Fault{"token expired", RequestFault::login},
    Fault{"token required", RequestFault::login},
    Fault{"username required", RequestFault::login},  // 1.x
    Fault{"retention policy not found", RequestFault::place},
    Fault{"database not found", RequestFault::place},
    Fault{"database is required", RequestFault::place},  // 1.x
    Fault{"database name", RequestFault::place},         // 3: invalid database name
    Fault{"db name", RequestFault::place},               // 3: db name did not start with …
    Fault{"bucket", RequestFault::place},                // 2.x
    Fault{"organization", RequestFault::place},
    Fault{"orgid", RequestFault::place},
    Fault{"id must have a length", RequestFault::place},  // 2.x: of org or bucket
    Fault{"accountid", RequestFault::place},              // VictoriaMetrics' cluster: tenant in the path
    Fault{"projectid", RequestFault::place},
    Fault{"tenant", RequestFault::place},
    Fault{"precision", RequestFault::form},
    Fault{"consistency", RequestFault::form},
    Fault{"gzip", RequestFault::form},
    Fault{"content-encoding", RequestFault::form},
    Fault{"content encoding", RequestFault::form},
};

constexpr std::string_view dropped = " dropped=";

}  // namespace

std::vector<RefusedLine> numbered_lines(const HttpAnswer& answer, std::size_t count) {
  if (answer.is_cut || !answer.body.starts_with('{')) return {};
  const auto body = read_json_object(answer.body);
  const JsonValue* data = body ? body->member("data") : nullptr;
  if (data == nullptr) return {};
  std::map<std::size_t, std::string> found;
  const bool is_list = data->type == JsonValue::Type::array;
  for (const JsonValue& one : is_list ? std::span(data->items) : std::span(data, 1)) {
    const JsonValue* number = one.member("line_number");
    const JsonValue* why = one.member("error_message");
    if (number == nullptr || why == nullptr || why->text.empty() || number->integer < 1 ||
        !std::in_range<std::size_t>(number->integer) || static_cast<std::size_t>(number->integer) > count)
      return {};  // these are not our lines
    found.try_emplace(static_cast<std::size_t>(number->integer) - 1, why->text);
  }
  std::vector<RefusedLine> lines;
  for (auto& [line, why] : found)
    lines.push_back({line, std::move(why)});
  return lines;
}

std::optional<std::uint64_t> dropped_lines(std::string_view message) {
  const auto at = message.rfind(dropped);
  if (at == std::string_view::npos || !message.contains("partial write:")) return std::nullopt;
  return parse_unsigned(message.substr(at + dropped.size()));
}

std::string reason_of(std::string_view message, std::string_view line) {
  std::string reason(message);
  if (const auto at = reason.find(line); at != std::string::npos) reason.replace(at, line.size(), "…");
  if (dropped_lines(message)) reason.erase(reason.rfind(dropped));
  return reason;
}

bool is_type_conflict(std::string_view reason) {
  return reason.contains("field type conflict") || reason.contains("invalid column type");
}

bool is_about_lines(std::string_view message) {
  // Each as the server says it of lines: "unable to parse authentication credentials" and "retention policy
  // not found" are about the request.
  for (const std::string_view words : std::initializer_list<std::string_view>{
           "partial write:", "partial write of line protocol", "unable to parse '", "unable to parse points",
           "field type conflict", "column type", "line protocol", "parsing failed", "time outside range",
           "max key", "points beyond retention policy"})
    if (message.contains(words)) return true;
  return false;
}

RequestFault request_fault(std::string_view message) {
  if (is_about_lines(message)) return RequestFault::none;  // it quotes ours, which may hold any word
  std::string lower(message);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& [words, fault] : request_faults)
    if (lower.find(words) != std::string::npos) return fault;
  return RequestFault::none;
}

}  // namespace collector::influx
