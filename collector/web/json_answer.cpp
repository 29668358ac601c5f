#include "collector/web/json_answer.h"

#include <fmt/format.h>

#include "collector/formats/json_text.h"

namespace collector::web {
namespace {

constexpr std::uint64_t exact_in_doubles = std::uint64_t{1} << 53;

}  // namespace

void JsonAnswer::separate() {
  if (!first_ && !after_key_) out_ += ',';
  first_ = after_key_ = false;
}

JsonAnswer& JsonAnswer::open(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
  return *this;
}

JsonAnswer& JsonAnswer::close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

JsonAnswer& JsonAnswer::key(std::string_view name) {
  separate();
  append_json_string(name, out_);
  out_ += ':';
  after_key_ = true;
  return *this;
}

JsonAnswer& JsonAnswer::item(std::string_view text) {
  separate();
  append_json_string(text, out_);
  return *this;
}

JsonAnswer& JsonAnswer::item(double value) {
  separate();
  append_json_real(value, out_);
  return *this;
}

JsonAnswer& JsonAnswer::integer(std::int64_t value) {
  if (value >= 0) return natural(static_cast<std::uint64_t>(value));
  const bool is_exact = value >= -static_cast<std::int64_t>(exact_in_doubles);
  return raw(fmt::format(R"({0}{1}{0})", is_exact ? "" : "\"", value));
}

JsonAnswer& JsonAnswer::natural(std::uint64_t value) {
  return raw(fmt::format(R"({0}{1}{0})", value <= exact_in_doubles ? "" : "\"", value));
}

JsonAnswer& JsonAnswer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

http::Response json_response(JsonAnswer answer) {
  return {.type = "application/json", .body = answer.take()};
}

}  // namespace collector::web
