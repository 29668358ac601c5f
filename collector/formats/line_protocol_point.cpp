// A point as a line.
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "collector/formats/line_protocol.h"
#include "collector/formats/line_protocol_text.h"

namespace collector {
namespace {

// Appends a value as written; false, and nothing appended, when it can't be.
class ValueWriter {
 public:
  ValueWriter(LineUnsigned unsigned_numbers, std::string& out)
      : unsigned_numbers_(unsigned_numbers), out_(out) {}

  bool operator()(double value) {
    if (!std::isfinite(value)) return false;
    return append(longest_number, [value](char* at) { return write_line_real(value, at); });
  }
  bool operator()(std::int64_t value) {
    return append(longest_number, [value](char* at) { return write_line_integer(value, at); });
  }
  bool operator()(std::uint64_t value) {
    if (unsigned_numbers_ == LineUnsigned::allowed)
      return append(longest_number, [value](char* at) { return write_line_unsigned(value, at); });
    return std::in_range<std::int64_t>(value) && (*this)(static_cast<std::int64_t>(value));
  }
  bool operator()(bool value) {
    out_ += value ? "true" : "false";
    return true;
  }
  bool operator()(const std::string& value) {
    return append(line_string_size(value.size()),
                  [&value](char* at) { return write_line_string(value, at); });
  }

 private:
  template <typename Write>
  bool append(std::size_t room, Write write) {
    const std::size_t before = out_.size();
    out_.resize_and_overwrite(before + room, [&](char* data, std::size_t) {
      return static_cast<std::size_t>(write(data + before) - data);
    });
    return true;
  }

  LineUnsigned unsigned_numbers_;
  std::string& out_;
};

}  // namespace

bool append_line_protocol(const LineProtocolPoint& point, LineUnsigned unsigned_numbers, std::string& out) {
  const std::size_t start = out.size();
  append_line_name(point.measurement, LineName::measurement, out);
  if (out.size() == start) return false;
  append_line_tags(point.tags, out);
  ValueWriter write_value(unsigned_numbers, out);
  std::set<std::string> written;
  for (const LineProtocolField& field : point.fields) {
    std::string key;
    append_line_name(field.key, LineName::field, key);
    if (key.empty() || written.contains(key)) continue;
    const std::size_t before = out.size();
    out.append(written.empty() ? " " : ",").append(key).append("=");
    if (std::visit(write_value, field.value))
      written.insert(std::move(key));
    else
      out.resize(before);
  }
  if (written.empty()) {
    out.resize(start);
    return false;
  }
  if (point.timestamp) out.append(" ").append(std::to_string(*point.timestamp));
  out += '\n';
  return true;
}

}  // namespace collector
