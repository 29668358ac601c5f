// JsonAnswer: writes one JSON value without spaces. Integers are exact: those beyond 2^53, which readers that
// know only doubles would round, are texts. One thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/http/message.h"

namespace collector::web {

class JsonAnswer {
 public:
  JsonAnswer& open(char bracket);  // { or [
  JsonAnswer& close(char bracket);
  JsonAnswer& key(std::string_view name);

  JsonAnswer& item(std::nullptr_t) { return raw("null"); }
  JsonAnswer& item(std::string_view text);
  JsonAnswer& item(const std::string& text) { return item(std::string_view(text)); }
  JsonAnswer& item(const char* text) { return item(std::string_view(text)); }
  JsonAnswer& item(std::same_as<bool> auto value) { return raw(value ? "true" : "false"); }
  JsonAnswer& item(std::signed_integral auto value) { return integer(static_cast<std::int64_t>(value)); }
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  JsonAnswer& item(T value) {
    return natural(value);
  }
  JsonAnswer& item(double value);  // no finite number: null
  template <typename T>
  JsonAnswer& item(const std::optional<T>& value) {
    return value ? item(*value) : item(nullptr);
  }
  template <typename T>
  JsonAnswer& item(const std::vector<T>& items) {
    open('[');
    for (const T& each : items)
      item(each);
    return close(']');
  }
  template <typename T>
  JsonAnswer& member(std::string_view name, const T& value) {
    return key(name).item(value);
  }
  JsonAnswer& raw(std::string_view json);  // a value as it is

  std::string take() { return std::move(out_) + "\n"; }
  const std::string& text() const { return out_; }  // so far

 private:
  JsonAnswer& integer(std::int64_t value);
  JsonAnswer& natural(std::uint64_t value);
  void separate();

  std::string out_;
  bool first_ = true;  // nothing in the innermost bracket yet
  bool after_key_ = false;
};

http::Response json_response(JsonAnswer answer);

}  // namespace collector::web
