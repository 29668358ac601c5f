#include "collector/formats/json_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <optional>
#include <set>

#include "collector/formats/json_text.h"

namespace collector {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int most_levels = 32;

// Why simdjson's first pass (UTF-8, quotes, control characters) gave the text up; it does not say where.
std::unexpected<Error> explain_rejection(std::string_view text, simdjson::error_code code) {
  if (const std::size_t at = find_invalid_utf8(text); at != std::string_view::npos)
    return fail_at(at, "not valid UTF-8");
  std::optional<std::size_t> opened;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"')
      opened = opened ? std::nullopt : std::optional(i);
    else if (opened && text[i] == '\\')
      ++i;
    else if (opened && static_cast<unsigned char>(text[i]) < 0x20)
      return fail_at(i, "a control character inside a string");
  }
  if (opened) return fail_at(*opened, "the string that begins here does not end");
  return fail_at(0, simdjson::error_message(code));
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), padded_(text) {}

  Result<JsonValue> read() {
    if (text_.find_first_not_of(" \t\r\n") == std::string_view::npos)
      return fail_at(0, "no JSON object: the text is empty");
    if (const auto code = parser_.iterate(padded_).get(document_)) return explain_rejection(text_, code);
    JsonValue value;
    value.type = JsonValue::Type::object;
    value.offset = here();
    ondemand::object object;
    if (const auto code = document_.get_object().get(object)) {
      if (code == simdjson::INCORRECT_TYPE) return fail_at(value.offset, "expected a JSON object");
      if (code == simdjson::INCOMPLETE_ARRAY_OR_OBJECT)
        return fail_at(text_.size(), "the text does not end with the object's closing brace");
      return broken(code);
    }
    if (auto done = read_members(object, value, 1); !done) return std::unexpected(std::move(done).error());
    const char* more = nullptr;
    if (document_.current_location().get(more) == simdjson::SUCCESS)
      return fail_at(here(), "more text after the end of the object");
    return value;
  }

 private:
  std::size_t here() {
    const char* at = nullptr;
    if (document_.current_location().get(at)) return text_.size();
    return static_cast<std::size_t>(at - padded_.data());
  }
  std::unexpected<Error> broken(simdjson::error_code code) {
    return fail_at(here(), simdjson::error_message(code));
  }

  Result<> read_members(ondemand::object& object, JsonValue& out, int level) {
    std::set<std::string_view> keys;
    for (auto member : object) {
      if (member.error()) return broken(member.error());
      std::string_view key;
      if (const auto code = member.unescaped_key().get(key)) return broken(code);
      if (!keys.insert(key).second) return fail_at(here(), fmt::format("the key \"{}\" is there twice", key));
      ondemand::value value;
      if (const auto code = member.value().get(value)) return broken(code);
      auto& added = out.members.emplace_back(std::string(key), JsonValue{}).second;
      if (auto done = read_value(value, added, level); !done) return done;
    }
    return {};
  }

  Result<> read_items(ondemand::array& array, JsonValue& out, int level) {
    for (auto item : array) {
      ondemand::value value;
      if (const auto code = item.get(value)) return broken(code);
      if (auto done = read_value(value, out.items.emplace_back(), level); !done) return done;
    }
    return {};
  }

  Result<> read_value(ondemand::value& value, JsonValue& out, int level) {
    out.offset = here();
    ondemand::json_type type{};
    if (const auto code = value.type().get(type)) return broken(code);
    if (level >= most_levels && (type == ondemand::json_type::object || type == ondemand::json_type::array))
      return fail_at(out.offset, fmt::format("more than {} levels", most_levels));
    switch (type) {
      case ondemand::json_type::object: {
        out.type = JsonValue::Type::object;
        ondemand::object object;
        if (const auto code = value.get_object().get(object)) return broken(code);
        return read_members(object, out, level + 1);
      }
      case ondemand::json_type::array: {
        out.type = JsonValue::Type::array;
        ondemand::array array;
        if (const auto code = value.get_array().get(array)) return broken(code);
        return read_items(array, out, level + 1);
      }
      case ondemand::json_type::string: {
        out.type = JsonValue::Type::text;
        std::string_view text;
        if (value.get_string().get(text)) return fail_at(out.offset, "not a valid string");
        out.text = text;
        return {};
      }
      case ondemand::json_type::boolean:
        out.type = JsonValue::Type::boolean;
        if (value.get_bool().get(out.boolean)) return fail_at(out.offset, "not a value");
        return {};
      case ondemand::json_type::number:
        return read_number(value, out);
      case ondemand::json_type::null:
        break;
    }
    bool is_null = false;
    if (value.is_null().get(is_null) || !is_null) return fail_at(out.offset, "not a value");
    return {};
  }

  // Told apart by hand: get_number() of simdjson 3.0 takes "410267454023254464.0" for an integer.
  static Result<> read_number(ondemand::value& value, JsonValue& out) {
    if (value.raw_json_token().find_first_of(".eE") != std::string_view::npos) {
      out.type = JsonValue::Type::real;
      if (value.get_double().get(out.real)) return fail_at(out.offset, "not a number, or beyond a double");
      return {};
    }
    out.type = JsonValue::Type::integer;
    if (value.get_int64().get(out.integer)) return fail_at(out.offset, "not an integer within 64 bits");
    out.real = static_cast<double>(out.integer);
    return {};
  }

  std::string_view text_;
  simdjson::padded_string padded_;
  ondemand::parser parser_;
  ondemand::document document_;
};

}  // namespace

const JsonValue* JsonValue::member(std::string_view key) const {
  for (const auto& [name, value] : members)
    if (name == key) return &value;
  return nullptr;
}

Result<JsonValue> read_json_object(std::string_view text) {
  return Reader(text).read();
}

std::unexpected<Error> fail_at(std::size_t offset, std::string_view what) {
  return fail(fmt::format("column {}: {}", offset + 1, what));
}

}  // namespace collector
