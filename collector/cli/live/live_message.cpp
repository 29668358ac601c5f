#include "collector/cli/live/live_message.h"

#include <algorithm>

#include "collector/formats/json_reader.h"
#include "collector/formats/rfc3339.h"

namespace collector {
namespace {

std::string text_in(const JsonValue& object, std::string_view key) {
  const JsonValue* value = object.member(key);
  return value != nullptr ? value->text : std::string();
}

std::int64_t number_in(const JsonValue& object, std::string_view key) {
  const JsonValue* value = object.member(key);
  return value != nullptr ? std::max<std::int64_t>(value->integer, 0) : 0;
}

std::chrono::milliseconds milliseconds_in(const JsonValue& object, std::string_view key) {
  return std::chrono::milliseconds(number_in(object, key));
}

LiveMessage::Interface interface_in(const JsonValue& object) {
  LiveMessage::Interface interface{.name = text_in(object, "interface"),
                                   .received = static_cast<std::uint64_t>(number_in(object, "received")),
                                   .sent = static_cast<std::uint64_t>(number_in(object, "sent")),
                                   .is = {}};
  if (object.member("kind") == nullptr) return interface;
  const JsonValue* gone = object.member("gone");
  interface.is = {.kind = text_in(object, "kind"),
                  .parent = text_in(object, "inside"),
                  .speed = number_in(object, "speed_mbit"),
                  .gone = gone != nullptr && gone->boolean};
  return interface;
}

}  // namespace

Result<std::optional<LiveMessage>> read_live_message(std::string_view line) {
  if (line.empty()) return std::nullopt;
  const auto object = read_json_object(line);
  if (!object) return std::unexpected(object.error());
  const std::string type = text_in(*object, "type");
  if (type != "hello" && type != "tick") return std::nullopt;
  const auto time = parse_rfc3339(text_in(*object, "time"));
  if (!time) return std::unexpected(time.error());
  LiveMessage message{.is_hello = type == "hello",
                      .time = *time,
                      .passed = milliseconds_in(*object, "ms"),
                      .interfaces = {},
                      .run = text_in(*object, "run"),
                      .host = text_in(*object, "host"),
                      .clock = milliseconds_in(*object, "clock_ms"),
                      .interval = milliseconds_in(*object, "interval_ms")};
  if (const JsonValue* interfaces = object->member("interfaces"))
    for (const JsonValue& each : interfaces->items)
      message.interfaces.push_back(interface_in(each));
  return message;
}

}  // namespace collector
