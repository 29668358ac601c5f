// A point of line protocol that was read, as it was before it was written.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "collector/formats/line_protocol.h"
#include "collector/formats/text_encoding.h"

namespace collector::test {

inline LineProtocolPoint decoded(LineProtocolPoint point) {
  point.measurement = decode_text(point.measurement);
  for (Tag& tag : point.tags)
    tag = {decode_text(tag.key), decode_text(tag.value)};
  for (LineProtocolField& field : point.fields) {
    field.key = decode_text(field.key);
    if (auto* value = std::get_if<std::string>(&field.value)) *value = decode_text(*value);
  }
  return point;
}

}  // namespace collector::test
