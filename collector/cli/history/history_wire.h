// What goes over the status socket when a command that tells how much has moved asks the running collector:
// what was typed and what the terminal can show; and what is to be printed. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/core/terminal.h"

namespace collector {

inline constexpr std::size_t longest_history_request = 16 * 1024;  // bytes
inline constexpr std::size_t most_waiting_histories = 8;  // questions beside the one that is being answered

struct HistoryRequest {
  std::vector<std::string> words;  // as typed behind `collector`
  Terminal terminal;               // where the answer is shown
};
std::string history_request_text(const HistoryRequest& request);
Result<HistoryRequest> parse_history_request(std::string_view text);

struct HistoryReply {
  int exit_code = 0;
  std::string said;  // for stderr; empty: nothing
  std::string text;  // for stdout
};
// One line with what is not for stdout, and then what is, byte by byte.
std::string history_reply_text(const HistoryReply& reply);
Result<HistoryReply> parse_history_reply(std::string_view text);

}  // namespace collector
