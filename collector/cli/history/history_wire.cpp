#include "collector/cli/history/history_wire.h"

#include <fmt/format.h>

#include "collector/formats/json_reader.h"
#include "collector/formats/json_text.h"
#include "collector/formats/member_reader.h"
#include "collector/formats/text_encoding.h"

namespace collector {
namespace {

constexpr std::int64_t widest = 10'000;  // columns

}  // namespace

std::string history_request_text(const HistoryRequest& request) {
  std::string words;
  for (const std::string& word : request.words)
    words += (words.empty() ? "" : ",") + json_encoded(word);
  const Terminal& terminal = request.terminal;
  return fmt::format(R"({{"words":[{}],"interactive":{},"colour":{},"utf8":{},"columns":{}}})", words,
                     terminal.interactive, terminal.colour, terminal.utf8, terminal.columns);
}

Result<HistoryRequest> parse_history_request(std::string_view text) {
  const auto object = read_json_object(text);
  if (!object) return std::unexpected(object.error());
  MemberReader reader(*object);
  HistoryRequest request;
  for (const JsonValue& word : reader.need("words", JsonValue::Type::array).items) {
    if (word.type != JsonValue::Type::text) return fail_at(word.offset, "a word is a text");
    request.words.push_back(decode_text(word.text));
  }
  const auto flag = [&](std::string_view key) { return reader.need(key, JsonValue::Type::boolean).boolean; };
  request.terminal = {.interactive = flag("interactive"),
                      .colour = flag("colour"),
                      .utf8 = flag("utf8"),
                      .columns = static_cast<std::size_t>(reader.integer("columns", 0, widest))};
  reader.nothing_but({"words", "interactive", "colour", "utf8", "columns"});
  if (auto read = reader.result(); !read) return std::unexpected(read.error());
  return request;
}

std::string history_reply_text(const HistoryReply& reply) {
  return fmt::format("{{\"exit_code\":{},\"said\":{}}}\n{}", reply.exit_code, json_encoded(reply.said),
                     reply.text);
}

Result<HistoryReply> parse_history_reply(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return fail("this is not the answer of a collector", "");
  const auto object = read_json_object(text.substr(0, end));
  if (!object) return std::unexpected(object.error());
  MemberReader reader(*object);
  HistoryReply reply;
  reply.exit_code = static_cast<int>(reader.integer("exit_code", 0, 255));
  reply.said = decode_text(reader.text("said"));
  if (auto read = reader.result(); !read) return std::unexpected(read.error());
  reply.text = text.substr(end + 1);
  return reply;
}

}  // namespace collector
