// MemberReader: takes typed members out of a JSON object. The first thing that is not as asked is kept as the
// error, with its place in the text; what is asked for afterwards is empty.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "collector/core/error.h"
#include "collector/core/time.h"
#include "collector/core/uuid.h"
#include "collector/formats/json_reader.h"

namespace collector {

class MemberReader {
 public:
  explicit MemberReader(const JsonValue& object) : object_(object) {}  // which outlives it

  const JsonValue& need(std::string_view key, JsonValue::Type type);
  const std::string& text(std::string_view key) { return need(key, JsonValue::Type::text).text; }
  std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most);
  double real(std::string_view key);          // an integer will do
  double special_real(std::string_view key);  // or "nan", "inf", "-inf"
  WallTime time(std::string_view key);
  Duration seconds(std::string_view key);  // exact to the nanosecond up to about 100 days
  Uuid uuid(std::string_view key);
  std::uint16_t flags(std::string_view key);  // ["gap","reset"] → bits

  void reject(const JsonValue& value, std::string_view what);
  // Everything else the object has is an error.
  void nothing_but(std::initializer_list<std::string_view> keys);

  bool failed() const { return error_.has_value(); }
  Result<> result() const;

 private:
  const JsonValue& object_;
  std::optional<Error> error_;
};

}  // namespace collector
