// What the answer to a refused request tells about its lines. Pure.
//
// The sender finds the refused lines by sending fewer at a time, and reads two numbers out of the answer that
// make this short where many lines are refused:
//
//   1.x, 2.x  "partial write: … dropped=N"    N lines of one shard were refused for that reason; a line
//   counts
//             once, however many of its fields are in conflict (measured with 1.6)
//   3         {"data":[{"line_number":2,"error_message":…}]}   up to 100 of the refused lines
//             https://docs.influxdata.com/influxdb3/core/write-data/http-api/v3-write-lp/#partial-writes
//
// A server stores the other lines of a refused request (1.x, 3) or none (2.x): which does not matter, because
// a line that comes again replaces itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/influx/http.h"

namespace collector::influx {

struct RefusedLine {
  std::size_t line = 0;  // from 0
  std::string why;       // in the server's words
};

// The lines that the answer numbers (3), ascending; of a request of `count` lines. Empty: none.
std::vector<RefusedLine> numbered_lines(const HttpAnswer& answer, std::size_t count);

// How many lines a partial write dropped (1.x, 2.x). `message`: Verdict::message.
std::optional<std::uint64_t> dropped_lines(std::string_view message);

// The message without what only holds for this request: the line that it quotes, and the number dropped.
std::string reason_of(std::string_view message, std::string_view line);

// The reason is that the server holds a field as another type.
bool is_type_conflict(std::string_view reason);

// The message is about the request whatever its lines: who sends it, where to, or how.
enum class RequestFault : std::uint8_t { none, login, rights, place, form };
RequestFault request_fault(std::string_view message);

// The message is about lines, not about the request as a whole: a line that was sent alone is to blame.
bool is_about_lines(std::string_view message);

}  // namespace collector::influx
