// Which lines of a request a server has refused, by its own words. Pure.
//
// What the servers say, and what is stored then (measured with 1.6, and as documented for the others):
//
//   1.x  400 "partial write: unable to parse 'LINE': why\nunable to parse …"     names all; the others are
//   stored
//        400 "partial write: field type conflict: input field "F" on measurement "M" is type T, already
//        exists as
//             type U dropped=N"      names the first conflict of one shard, N of all in that shard; the
//             others are stored. Lines that could not be parsed are not mentioned then
//        400 "partial write: points beyond retention policy dropped=N"           the N oldest
//        400 "unable to parse 'LINE': why…"                                      nothing is stored
//   2.x  the same in {"code":…,"message":…}; 422 for partial writes; after "unable to parse" nothing is
//   stored
//        https://docs.influxdata.com/influxdb/v2/write-data/troubleshoot/
//   3    400 {"error":"partial write of line protocol occurred","data":[{"original_line":…,"line_number":2,
//             "error_message":…}]}   names up to 100; the others are stored
//        400 {"error":"parsing failed for write_lp endpoint","data":{…}}         nothing is stored
//        https://docs.influxdata.com/influxdb3/core/write-data/http-api/v3-write-lp/#partial-writes
//
// What can't be told for certain stays unknown: such lines are sent again, fewer at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/influx/http.h"

namespace collector::influx {

struct LineFate {
  enum class Kind : std::uint8_t { unknown, taken, refused };
  Kind kind = Kind::unknown;
  std::string why = {};  // refused: the server's reason
};

// A field that the server holds as another type than ours.
struct TypeConflict {
  std::string measurement;
  std::string field;
  std::string ours;
  std::string theirs;

  friend auto operator<=>(const TypeConflict&, const TypeConflict&) = default;
};

struct Settlement {
  std::vector<LineFate> fates;  // one per line
  std::vector<TypeConflict> conflicts;
};

// `lines` are those of the request, in its order and without their newlines. `message`: Verdict::message.
// `stamps_per_hour`: how many of the stamp's units an hour has; what lies within one hour is in one shard.
Settlement settle(const HttpAnswer& answer, std::string_view message, std::span<const std::string_view> lines,
                  std::int64_t stamps_per_hour);

// The message is about the request whatever its lines: who sends it, where to, or how.
enum class RequestFault : std::uint8_t { none, login, rights, place, form };
RequestFault request_fault(std::string_view message);

// The message is about lines, not about the request as a whole: a line that was sent alone is to blame.
bool is_about_lines(std::string_view message);

}  // namespace collector::influx
