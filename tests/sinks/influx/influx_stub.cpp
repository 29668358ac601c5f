#include "tests/sinks/influx/influx_stub.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "collector/formats/json_text.h"

namespace collector::test {
namespace {

std::string type_of(const LineProtocolField::Value& value) {
  constexpr std::array<const char*, 5> names{"float", "integer", "unsigned", "boolean", "string"};
  return names[value.index()];
}

std::string quoted(const std::string& text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

StubReply json(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

}  // namespace

InfluxStub::InfluxStub(Version version)
    : version_(version), http_([this](const StubRequest& request) { return answer(request); }) {}

void InfluxStub::refuse(const std::string& text) {
  const std::lock_guard lock(mutex_);
  refuse_.insert(text);
}

void InfluxStub::set_type(const std::string& measurement_and_field, const std::string& type) {
  const std::lock_guard lock(mutex_);
  types_[measurement_and_field] = type;
}

std::map<std::string, int> InfluxStub::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::size_t InfluxStub::points() const {
  return received().size();
}

StubReply InfluxStub::answer(const StubRequest& request) {
  const std::lock_guard lock(mutex_);
  const bool is_two = version_ == Version::two;
  if (request.path() == "/ping")
    return is_two ? StubReply{.status = 204, .headers = {{"X-Influxdb-Version", "v2.7.11"}}}
                  : json(200, R"({"version":"3.0.3","revision":"384c457"})");
  if (request.path() != (is_two ? "/api/v2/write" : "/api/v3/write_lp"))
    return is_two ? json(404, R"({"code":"not found","message":"path not found"})")
                  : StubReply{.status = 404, .body = "not found"};
  const auto login = request.headers.find("authorization");
  const std::string expected = std::string(is_two ? "Token " : "Bearer ") + token;
  if (login == request.headers.end() || login->second != expected)
    return is_two ? json(401, R"({"code":"unauthorized","message":"unauthorized access"})")
                  : json(401, R"({"error": "the request was not authenticated"})");
  if (is_two && request.parameter("org") != organization)
    return json(404, R"({"code":"not found","message":"organization name \"x\" not found"})");
  if (is_two && request.parameter("bucket") != bucket)
    return json(404, fmt::format(R"({{"code":"not found","message":"bucket \"{}\" not found"}})",
                                 request.parameter("bucket")));
  if (!is_two && request.parameter("precision") != "millisecond")
    return json(400, R"({"error":"precision"})");
  if (is_two && request.body.empty())
    return json(400, R"({"code":"invalid","message":"writing requires points"})");
  return write(request);
}

StubReply InfluxStub::write(const StubRequest& request) {
  std::vector<Refused> refused;
  std::vector<std::string> taken;
  std::istringstream lines(request.body);
  std::size_t number = 0;
  bool unparsable = false;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto point = parse_line_protocol(line);
    const bool is_refused = std::ranges::any_of(
        refuse_, [&](const std::string& text) { return line.find(text) != std::string::npos; });
    if (!point || is_refused) {
      refused.push_back({number, line, point ? "invalid number" : point.error().what, false});
      unparsable = true;
    } else if (const std::string conflict = conflict_of(*point); !conflict.empty()) {
      refused.push_back({number, line, conflict, true});
    } else {
      taken.push_back(line.substr(0, line.find(' ')) + line.substr(line.rfind(' ')));
    }
  }
  // 2.x stores nothing of a request with a line that it can't parse.
  if (version_ == Version::three || !unparsable)
    for (const std::string& key : taken)
      ++received_[key];
  if (refused.empty()) return {};
  return version_ == Version::two ? answer_two(refused) : answer_three(refused);
}

std::string InfluxStub::conflict_of(const LineProtocolPoint& point) {
  for (const LineProtocolField& field : point.fields) {
    const std::string ours = type_of(field.value);
    const auto& theirs = types_.try_emplace(point.measurement + "." + field.key, ours).first->second;
    if (theirs == ours) continue;
    if (version_ == Version::three)
      return fmt::format(
          "invalid column type for column '{}', expected iox::column_type::field::{}, got "
          "iox::column_type::field::{}",
          field.key, theirs, ours);
    return fmt::format(
        "field type conflict: input field \"{}\" on measurement \"{}\" is type {}, already exists as type {}",
        field.key, point.measurement, ours, theirs);
  }
  return {};
}

StubReply InfluxStub::answer_two(const std::vector<Refused>& refused) const {
  const auto bad = std::ranges::find(refused, false, &Refused::parsed);
  if (bad != refused.end())
    return json(400, fmt::format(R"({{"code":"invalid","message":{}}})",
                                 quoted(fmt::format("unable to parse '{}': {}", bad->line, bad->why))));
  return json(
      422, fmt::format(R"({{"code":"unprocessable entity","message":{}}})",
                       quoted(fmt::format("failure writing points to database: partial write: {} dropped={}",
                                          refused.front().why, refused.size()))));
}

StubReply InfluxStub::answer_three(const std::vector<Refused>& refused) const {
  constexpr std::size_t most = 100;
  std::string data;
  for (std::size_t i = 0; i < std::min(refused.size(), most); ++i)
    data += fmt::format(R"({}{{"original_line":{},"line_number":{},"error_message":{}}})", i == 0 ? "" : ",",
                        quoted(refused[i].line), refused[i].number, quoted(refused[i].why));
  return json(400, fmt::format(R"({{"error":"partial write of line protocol occurred","data":[{}]}})", data));
}

}  // namespace collector::test
