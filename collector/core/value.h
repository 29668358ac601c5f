// Value: one number or text of a reading, 16 bytes, trivially copyable. Text is interned (see intern_text).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace collector {

// Returns a pointer to the process's one copy of `text`; it is never freed. For names from small sets only
// ("up", "down"); beyond 10,000 different texts it returns the text "other". Thread-safe.
const std::string* intern_text(std::string_view text);

class Value {
 public:
  enum class Type : std::uint8_t { absent, integer, counter, real, text };

  Value() : bits_{.integer = 0} {}
  static Value integer(std::int64_t value) { return {Type::integer, {.integer = value}}; }
  static Value counter(std::uint64_t raw) { return {Type::counter, {.counter = raw}}; }
  static Value real(double value) { return {Type::real, {.real = value}}; }
  static Value text(std::string_view value) { return {Type::text, {.text = intern_text(value)}}; }

  Type type() const { return type_; }
  bool present() const { return type_ != Type::absent; }
  // The caller has looked at type() first.
  std::int64_t as_integer() const { return bits_.integer; }
  std::uint64_t as_counter() const { return bits_.counter; }
  double as_real() const { return bits_.real; }
  const std::string& as_text() const { return *bits_.text; }
  // Of any number, which may be infinite or none; nothing of a text and where nothing is.
  std::optional<double> number() const;

 private:
  union Bits {
    std::int64_t integer;
    std::uint64_t counter;
    double real;
    const std::string* text;
  };
  Value(Type type, Bits bits) : type_(type), bits_(bits) {}

  Type type_ = Type::absent;
  Bits bits_;
};

}  // namespace collector
