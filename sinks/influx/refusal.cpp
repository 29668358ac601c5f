#include "sinks/influx/refusal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <unordered_map>
#include <utility>

#include "collector/core/numbers.h"
#include "collector/formats/json_reader.h"
#include "collector/formats/line_protocol.h"

namespace collector::influx {
namespace {

using Kind = LineFate::Kind;

constexpr std::string_view unparsable = "unable to parse '";  // and the line
constexpr std::size_t most_named_by_version_3 = 100;

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

std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after) {
  const auto begin = text.find(before);
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin + before.size());
  const auto end = after.empty() ? text.size() : text.find(after);
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(0, end);
}

std::optional<std::uint64_t> dropped_count(std::string_view message) {
  const auto at = message.rfind("dropped=");
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view digits = message.substr(at + 8);
  return parse_unsigned(digits.substr(0, digits.find_first_not_of("0123456789")));
}

std::optional<std::int64_t> stamp_of(std::string_view line) {
  return parse_signed(line.substr(line.rfind(' ') + 1));
}

void set_unknown(std::vector<LineFate>& fates, Kind kind) {
  for (LineFate& fate : fates)
    if (fate.kind == Kind::unknown) fate.kind = kind;
}

// A conflict and old lines keep quiet about lines that could not be parsed; the only ones of ours that
// InfluxDB can't parse are those whose key is longer than 65,535 bytes.
void set_taken(std::vector<LineFate>& fates, std::span<const std::string_view> lines) {
  constexpr std::size_t longest_key = 65'535;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (fates[i].kind == Kind::unknown && lines[i].size() <= longest_key) fates[i].kind = Kind::taken;
}

// 3: {"line_number":2,"error_message":…}, one or a list.
bool settle_numbered(const JsonValue& body, std::span<const std::string_view> lines, Settlement& settlement) {
  const JsonValue* data = body.member("data");
  if (data == nullptr) return false;
  const bool stored_others = data->type == JsonValue::Type::array;
  const std::size_t named = stored_others ? data->items.size() : 1;
  for (std::size_t i = 0; i < named; ++i) {
    const JsonValue& one = stored_others ? data->items[i] : *data;
    const JsonValue* number = one.member("line_number");
    const JsonValue* why = one.member("error_message");
    if (number == nullptr || number->integer < 1 || !std::in_range<std::size_t>(number->integer) ||
        static_cast<std::size_t>(number->integer) > settlement.fates.size())
      return true;  // not in our lines: then nothing is certain
    const std::size_t line = static_cast<std::size_t>(number->integer) - 1;
    settlement.fates[line] = {Kind::refused, why == nullptr ? "refused" : why->text};
    if (why == nullptr) continue;
    const auto field = between(why->text, "invalid column type for column '", "'");
    const auto theirs = between(why->text, "expected iox::column_type::field::", ",");
    const auto ours = between(why->text, "got iox::column_type::field::", "");
    const auto point = parse_line_protocol(lines[line]);
    if (point && field && theirs && ours)
      settlement.conflicts.push_back(
          {point->measurement, std::string(*field), std::string(*ours), std::string(*theirs)});
  }
  if (stored_others && named < most_named_by_version_3) set_unknown(settlement.fates, Kind::taken);
  return true;
}

// The lines that are named word for word.
void settle_unparsable(std::string_view message, std::span<const std::string_view> lines,
                       Settlement& settlement) {
  const bool stored_others = message.find("partial write") != std::string_view::npos;
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < lines.size(); ++i)
    places.emplace(lines[i], i);
  bool found_all = true;
  for (auto at = message.find(unparsable); at != std::string_view::npos;) {
    const auto next = message.find(std::string("\n").append(unparsable), at);
    std::string_view one = message.substr(at + unparsable.size(), next - at - unparsable.size());
    bool found = false;
    // A line may hold "': " itself.
    for (auto end = one.find("': "); end != std::string_view::npos && !found;
         end = one.find("': ", end + 1)) {
      const auto place = places.find(one.substr(0, end));
      if (place == places.end()) continue;
      found = true;
      std::string_view why = one.substr(end + 3);
      why = why.substr(0, why.find(" dropped="));
      settlement.fates[place->second] = {Kind::refused, "unable to parse: " + std::string(why)};
    }
    found_all &= found;
    at = next == std::string_view::npos ? next : next + 1;
  }
  if (stored_others && found_all) set_unknown(settlement.fates, Kind::taken);
}

std::string_view type_of(const LineProtocolField::Value& value) {
  constexpr std::string_view names[] = {"float", "integer", "unsigned", "boolean", "string"};
  return names[value.index()];
}

bool has_field(std::string_view line, const TypeConflict& conflict) {
  const auto point = parse_line_protocol(line);
  return point && point->measurement == conflict.measurement &&
         std::ranges::any_of(point->fields, [&](const LineProtocolField& field) {
           return field.key == conflict.field && type_of(field.value) == conflict.ours;
         });
}

// All lines with that field are refused, and when their number is the server's, no others. Both hold within
// one shard only: shards are an hour long at least, and begin with one.
void settle_conflict(std::string_view message, std::span<const std::string_view> lines,
                     std::int64_t stamps_per_hour, Settlement& settlement) {
  const auto field = between(message, "input field \"", "\" on measurement \"");
  const auto measurement = between(message, "\" on measurement \"", "\" is type ");
  const auto ours = between(message, "\" is type ", ",");
  const auto theirs = between(message, "already exists as type ", " dropped=");
  const auto dropped = dropped_count(message);
  if (!field || !measurement || !ours || !theirs || !dropped) return;
  const TypeConflict conflict{std::string(*measurement), std::string(*field), std::string(*ours),
                              std::string(*theirs)};
  settlement.conflicts.push_back(conflict);
  std::set<std::int64_t> hours;
  for (const std::string_view line : lines) {
    const auto stamp = stamp_of(line);
    if (!stamp) return;
    hours.insert(*stamp / stamps_per_hour);
  }
  if (hours.size() != 1) return;
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!has_field(lines[i], conflict)) continue;
    ++found;
    settlement.fates[i] = {Kind::refused, "field type conflict: " + conflict.field + " is " + conflict.ours +
                                              " here and " + conflict.theirs + " there"};
  }
  if (found == *dropped) set_taken(settlement.fates, lines);
}

void settle_oldest(std::string_view message, std::span<const std::string_view> lines,
                   Settlement& settlement) {
  const auto dropped = dropped_count(message);
  if (!dropped || *dropped > lines.size()) return;
  std::vector<std::pair<std::int64_t, std::size_t>> by_age;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto stamp = stamp_of(lines[i]);
    if (!stamp) return;
    by_age.emplace_back(*stamp, i);
  }
  std::ranges::sort(by_age);
  for (std::size_t i = 0; i < *dropped; ++i)
    settlement.fates[by_age[i].second] = {Kind::refused, "older than the retention policy keeps"};
  set_taken(settlement.fates, lines);
}

}  // namespace

Settlement settle(const HttpAnswer& answer, std::string_view message, std::span<const std::string_view> lines,
                  std::int64_t stamps_per_hour) {
  Settlement settlement;
  settlement.fates.resize(lines.size());
  if (answer.is_cut) return settlement;
  if (answer.body.starts_with('{'))
    if (const auto body = read_json_object(answer.body); body && settle_numbered(*body, lines, settlement))
      return settlement;
  if (message.find("field type conflict") != std::string_view::npos)
    settle_conflict(message, lines, stamps_per_hour, settlement);
  else if (message.find("points beyond retention policy") != std::string_view::npos)
    settle_oldest(message, lines, settlement);
  else if (message.find(unparsable) != std::string_view::npos)
    settle_unparsable(message, lines, settlement);
  return settlement;
}

bool is_about_lines(std::string_view message) {
  // Each as the server says it of lines: "unable to parse authentication credentials" and "retention policy
  // not found" are about the request.
  for (const std::string_view words : std::initializer_list<std::string_view>{
           "partial write:", "partial write of line protocol", unparsable, "unable to parse points",
           "field type conflict", "column type", "line protocol", "parsing failed", "time outside range",
           "max key", "points beyond retention policy"})
    if (message.find(words) != std::string_view::npos) return true;
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
