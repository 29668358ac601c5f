// What passes over a live stream, collector.v1: texts of JSON, one message each. Pure.
//
//   client
//   {"type":"subscribe","id":1,"measurement":"net","fields":["bytes_recv"],"by":"interface","every":1,"back":120}
//            {"type":"unsubscribe","id":1}
//   server   {"type":"hello","id":1,"columns":[["net","eth0","bytes_recv"],…],"left_out":0,…}
//                                            again each time when columns come or go, after the last tick of
//                                            the old ones, which comes early, and before the first of the new
//            {"type":"back","id":1,"t":[…],"ms":[…],"v":[[…],…]}     what moved before, column by column
//            {"type":"tick","id":1,"t":1795966277,"ms":1002,"v":[4912331,177204]}
//            {"type":"problem","id":1,"what":"2 parameters are wrong","errors":[{"parameter":…,"value":…,
//            "what":…,"try":…}]}                      the message is refused, with all that is wrong with it
//            {"type":"bye","why":"…"}                 and nothing comes after it
//
// `v` of a counter is what it grew by in exactly `ms` milliseconds of the boot clock; of a gauge its value;
// null: not known. A tick that a client did not take in time is in the next one. The first tick of a
// new column has all that it grew by since it came.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collector/access/caller.h"
#include "collector/core/measurement.h"
#include "collector/web/problem.h"

namespace collector::web {

struct Subscription {
  std::int64_t id = 0;
  std::string measurement = "net";
  std::vector<std::string> fields;
  int every = 1;  // seconds between ticks, at least
  int back = 0;   // seconds to be told of what was before; of `net` only
};
struct Unsubscription {
  std::int64_t id = 0;
};
using ClientMessage = std::variant<Subscription, Unsubscription>;

// Why a message or a subscription is refused.
struct StreamProblem {
  std::optional<std::int64_t> id{};  // nothing: it can't be told
  std::string what;                  // as a title
  std::vector<ParameterMistake> errors{};
};

// `there`: all that may be asked for; of it `caller` is not told all. Fails with all that is wrong with it.
std::expected<ClientMessage, StreamProblem> parse_client_message(std::string_view text,
                                                                 std::span<const MeasurementPtr> there,
                                                                 const Caller& caller);

struct StreamColumn {
  std::string measurement;
  std::string name;  // of the series: its interface, or its tags' values
  std::string field;
  friend bool operator==(const StreamColumn&, const StreamColumn&) = default;
};

// What all clients are told of the collector.
struct StreamHead {
  std::string host;
  std::string zone;
  std::int64_t interval_ms = 1000;
  bool measures_traffic = true;
};

struct Moment {
  std::int64_t second = 0;   // Unix time
  std::int64_t elapsed = 0;  // milliseconds
};
using StreamValue = std::variant<std::monostate, std::int64_t, double>;

std::string hello_text(std::int64_t id, const StreamHead& head, const std::vector<StreamColumn>& columns,
                       std::size_t left_out);
std::string tick_text(std::int64_t id, const Moment& moment, const std::vector<StreamValue>& values);
// `values`: of each column one for each moment.
std::string back_text(std::int64_t id, const std::vector<Moment>& moments,
                      const std::vector<std::vector<StreamValue>>& values);
std::string problem_text(const StreamProblem& problem);
std::string bye_text(std::string_view why);

}  // namespace collector::web
