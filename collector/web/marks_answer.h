// What happened to the numbers, as answers tell it. Pure.
#pragma once

#include <string_view>

#include "collector/history/usage.h"
#include "collector/web/answer_table.h"

namespace collector::web {

// "gap", "recovered", "reset", "wrap", "clock", "implausible", "dropped", "lost".
std::string_view mark_name(history::Mark::Kind kind);

// time, end, flag, seconds, host, interface, field, amount, text.
inline constexpr std::string_view mark_shape =
    "{t: time, end: time, flag: "
    "\"gap\"|\"recovered\"|\"reset\"|\"wrap\"|\"clock\"|\"implausible\"|\"dropped\"|"
    "\"lost\", seconds: integer, host: text?, interface: text?, field: text?, amount: amount?, text: text}";
AnswerTable marks_table(std::span<const history::Mark> marks);

}  // namespace collector::web
