#include "sinks/runner_position.h"

#include <fmt/format.h>

#include <string_view>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"

namespace collector {
namespace {

// "runner2 <unix seconds or -> <source or -> <epoch or -> <sequence>\n<the sink's state>". "runner1", of
// earlier versions, has no source.
constexpr std::string_view mark = "runner2";
constexpr std::string_view earlier_mark = "runner1";

}  // namespace

std::string ResumeToken::text() const {
  const auto uuid = [](const std::optional<Uuid>& id) { return id ? id->text() : "-"; };
  return fmt::format("{} {} {} {} {}\n{}", mark, delivered ? std::to_string(unix_seconds(*delivered)) : "-",
                     uuid(source), uuid(epoch), sequence, sink_state);
}

ResumeToken ResumeToken::parse(const std::string& text) {
  ResumeToken foreign;
  foreign.sink_state = text;
  std::string_view rest = text;
  auto line = next_line(rest);
  if (!line) return foreign;
  const auto found_mark = next_word(*line);
  if (found_mark != mark && found_mark != earlier_mark) return foreign;
  const auto delivered = next_word(*line);
  const auto source = found_mark == mark ? next_word(*line) : std::optional<std::string_view>("-");
  const auto epoch = next_word(*line);
  const auto sequence = next_word(*line);
  if (!delivered || !source || !epoch || !sequence) return foreign;
  ResumeToken token;
  if (const auto seconds = parse_signed(*delivered))
    token.delivered = WallTime(std::chrono::seconds(*seconds));
  token.source = Uuid::parse(*source);
  token.epoch = Uuid::parse(*epoch);
  token.sequence = parse_unsigned(*sequence).value_or(0);
  token.sink_state = rest;
  return token;
}

PositionAnswer compare_positions(const PositionQuestion& question) {
  const std::uint64_t has = question.target.value_or(0);
  // What lies between the two was handed out, and is kept until the sink has confirmed it.
  if (has > question.confirmed && !question.spool_holds_target) return PositionAnswer::target_ahead;
  if (!question.known || has >= *question.known) return PositionAnswer::agreed;
  return PositionAnswer::target_behind;
}

}  // namespace collector
