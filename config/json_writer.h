// Writes one indented JSON value, for the schema: the caller opens, names and closes; commas and lines come
// by themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace collector {

class JsonWriter {
 public:
  void open(char bracket);  // { or [
  void close(char bracket);
  void key(std::string_view name);
  void text(std::string_view value) { raw(quoted(value)); }
  void number(std::int64_t value) { raw(std::to_string(value)); }
  void raw(std::string_view json);  // any value as it is, or a member with its name

  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  std::string take() { return std::move(out_) + "\n"; }

  static std::string quoted(std::string_view text);

 private:
  void separate();

  std::string out_;
  std::size_t depth_ = 0;
  bool first_ = true;  // nothing in the innermost bracket yet
  bool after_key_ = false;
};

}  // namespace collector
