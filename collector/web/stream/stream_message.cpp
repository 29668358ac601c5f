#include "collector/web/stream/stream_message.h"

#include <fmt/format.h>

#include "collector/formats/json_reader.h"
#include "collector/formats/json_text.h"
#include "collector/formats/member_reader.h"

namespace collector::web {
namespace {

constexpr std::int64_t most_fields = 64;
constexpr std::int64_t largest_id = 1'000'000;

std::expected<Subscription, Error> subscription_in(const JsonValue& object) {
  MemberReader reader(object);
  Subscription wanted;
  wanted.id = reader.integer("id", 0, largest_id);
  wanted.measurement = reader.text("measurement");
  for (const JsonValue& field : reader.need("fields", JsonValue::Type::array).items) {
    if (field.type != JsonValue::Type::text) return std::unexpected(Error{"a field is named by a text", ""});
    wanted.fields.push_back(field.text);
  }
  if (wanted.fields.empty() || std::cmp_greater(wanted.fields.size(), most_fields))
    return std::unexpected(Error{fmt::format("1 to {} fields are asked for", most_fields), ""});
  if (object.member("every") != nullptr) wanted.every = static_cast<int>(reader.integer("every", 1, 3600));
  if (object.member("back") != nullptr) wanted.back = static_cast<int>(reader.integer("back", 0, 3600));
  if (object.member("by") != nullptr) reader.text("by");
  reader.nothing_but({"type", "id", "measurement", "fields", "by", "every", "back"});
  if (auto read = reader.result(); !read) return std::unexpected(read.error());
  return wanted;
}

std::string value_text(const StreamValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *whole);
  if (const auto* real = std::get_if<double>(&value)) {
    std::string text;
    append_json_real(*real, text);
    return text;
  }
  return "null";
}

std::string values_text(const std::vector<StreamValue>& values) {
  std::string text = "[";
  for (const StreamValue& value : values)
    text += (text.size() > 1 ? "," : "") + value_text(value);
  return text + "]";
}

}  // namespace

std::expected<ClientMessage, std::string> parse_client_message(std::string_view text) {
  const auto object = read_json_object(text);
  if (!object) return std::unexpected(object.error().what);
  MemberReader reader(*object);
  const std::string type = reader.text("type");
  if (type == "subscribe") {
    auto wanted = subscription_in(*object);
    if (!wanted) return std::unexpected(wanted.error().what);
    return *std::move(wanted);
  }
  if (type != "unsubscribe") return std::unexpected("type is subscribe or unsubscribe");
  Unsubscription unwanted{.id = reader.integer("id", 0, largest_id)};
  reader.nothing_but({"type", "id"});
  if (auto read = reader.result(); !read) return std::unexpected(read.error().what);
  return unwanted;
}

std::string hello_text(std::int64_t id, const StreamHead& head, const std::vector<StreamColumn>& columns,
                       std::size_t left_out) {
  std::string all;
  for (const StreamColumn& column : columns)
    all += fmt::format("{}[{},{},{}]", all.empty() ? "" : ",", json_string(column.measurement),
                       json_string(column.name), json_string(column.field));
  return fmt::format(
      R"({{"type":"hello","id":{},"host":{},"zone":{},"interval_ms":{},"columns":[{}],"left_out":{}}})", id,
      json_string(head.host), json_string(head.zone), head.interval_ms, all, left_out);
}

std::string tick_text(std::int64_t id, const Moment& moment, const std::vector<StreamValue>& values) {
  return fmt::format(R"({{"type":"tick","id":{},"t":{},"ms":{},"v":{}}})", id, moment.second, moment.elapsed,
                     values_text(values));
}

std::string back_text(std::int64_t id, const std::vector<Moment>& moments,
                      const std::vector<std::vector<StreamValue>>& values) {
  std::string seconds, elapsed, columns;
  for (const Moment& moment : moments) {
    seconds += fmt::format("{}{}", seconds.empty() ? "" : ",", moment.second);
    elapsed += fmt::format("{}{}", elapsed.empty() ? "" : ",", moment.elapsed);
  }
  for (const auto& column : values)
    columns += (columns.empty() ? "" : ",") + values_text(column);
  return fmt::format(R"({{"type":"back","id":{},"t":[{}],"ms":[{}],"v":[{}]}})", id, seconds, elapsed,
                     columns);
}

std::string problem_text(std::optional<std::int64_t> id, std::string_view what) {
  return fmt::format(R"({{"type":"problem",{}"what":{}}})", id ? fmt::format(R"("id":{},)", *id) : "",
                     json_string(what));
}

std::string bye_text(std::string_view why) {
  return fmt::format(R"({{"type":"bye","why":{}}})", json_string(why));
}

}  // namespace collector::web
