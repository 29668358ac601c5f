// Routes, asked as clients ask, without a server: from the target of a request to its answer, of a history
// that the test has made and a collector that it makes up.
#pragma once

#include <optional>
#include <string>

#include "collector/access/access.h"
#include "collector/formats/json_reader.h"
#include "collector/web/sources.h"
#include "tests/history/usage_fixture.h"
#include "tests/support/manual_clock.h"

namespace collector::test {

inline Caller someone(std::optional<Role> role, bool is_anonymous = false) {
  Caller caller;
  caller.role = role;
  caller.is_anonymous = is_anonymous;
  return caller;
}

class RouteTest : public UsageTest {
 protected:
  RouteTest();

  // 2026-01-11 12:00 UTC: ten and a half days after first_second.
  static constexpr std::int64_t now_second = first_second + 10 * 86'400 + 12 * 3600;

  // As a viewer who has not signed in, unless `caller_` is somebody else. An answer that the OpenAPI document
  // does not have is a failure of the test.
  http::Response get(const std::string& target, const std::string& method = "GET",
                     const http::Headers& headers = {}, const std::string& body = {});
  // An answer with 200, as JSON.
  JsonValue json(const std::string& target);
  // A problem: status and members.
  JsonValue problem(const std::string& target, unsigned status);
  // The parameters that a problem names, in their order: "field from".
  std::string mistaken(const std::string& target);
  // The body of an answer in parts, too.
  std::string body(const std::string& target);

  // Two interfaces, 5-minute rows for ten days and a half; each second moves 10 and 1 bytes of eth0.
  void feed_days();

  http::Response answer(const http::Request& request);

  ManualClock clock_{{WallTime(std::chrono::seconds(now_second)), {}}};
  std::shared_ptr<Configuration> configuration_ = std::make_shared<Configuration>();
  std::atomic<bool> cancelled_{false};  // gives questions up
  bool has_sink_ = true;
  Status status_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<RefusedTime> refused_;
  std::vector<std::string> asked_for_;  // reloads and replays
  Caller caller_ = someone(Role::viewer, true);
  Access access_{directory_.path(), clock_};
  web::Sources sources_;
};

// Of a path of names and numbers: at(answer, "series", 0, "fields").
inline const JsonValue& at(const JsonValue& value) {
  return value;
}
template <typename First, typename... Rest>
const JsonValue& at(const JsonValue& value, First first, Rest... rest) {
  if constexpr (std::is_integral_v<First>) {
    return at(value.items.at(static_cast<std::size_t>(first)), rest...);
  } else {
    const JsonValue* member = value.member(first);
    if (member == nullptr) throw std::runtime_error(std::string("no member ") + first);
    return at(*member, rest...);
  }
}

}  // namespace collector::test
