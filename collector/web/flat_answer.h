// An answer that is no table, as CSV for whoever wants that: a row for each value, by its name in the JSON:
// "today.received,15300000000". Pure.
#pragma once

#include <string>
#include <string_view>

#include "collector/http/message.h"
#include "collector/web/json_answer.h"
#include "collector/web/route.h"

namespace collector::web {

// Of an object, as this program writes them; anything else: std::logic_error.
std::string flat_csv(std::string_view json);

// As JSON, or as CSV by Accept or `format` (answer_table.h).
http::Response object_response(const Call& call, std::string json);
inline http::Response object_response(const Call& call, JsonAnswer answer) {
  return object_response(call, answer.take());
}

}  // namespace collector::web
