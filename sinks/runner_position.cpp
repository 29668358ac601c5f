#include "sinks/runner_position.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"

namespace collector {
namespace {

// "runner1 <unix seconds or -> <epoch or -> <sequence>[ <own after>]\n<the sink's state>"
constexpr std::string_view mark = "runner1";

}  // namespace

std::string CursorNote::text() const {
  return fmt::format("{} {} {} {}{}\n{}", mark, delivered ? std::to_string(unix_seconds(*delivered)) : "-",
                     epoch ? epoch->text() : "-", sequence, own_after ? fmt::format(" {}", *own_after) : "",
                     sink_state);
}

CursorNote CursorNote::parse(const std::string& text) {
  const CursorNote foreign{.delivered = {}, .epoch = {}, .sequence = 0, .sink_state = text};
  std::string_view rest = text;
  auto line = next_line(rest);
  if (!line || next_word(*line) != mark) return foreign;
  const auto delivered = next_word(*line);
  const auto epoch = next_word(*line);
  const auto sequence = next_word(*line);
  if (!delivered || !epoch || !sequence) return foreign;
  CursorNote note;
  if (const auto seconds = parse_signed(*delivered))
    note.delivered = WallTime(std::chrono::seconds(*seconds));
  note.epoch = Uuid::parse(*epoch);
  note.sequence = parse_unsigned(*sequence).value_or(0);
  if (const auto own_after = next_word(*line)) note.own_after = parse_unsigned(*own_after);
  note.sink_state = rest;
  return note;
}

PositionAnswer compare_positions(const PositionQuestion& question) {
  using enum PositionAnswer::Kind;
  // What lies between cursor and position was handed out, and is kept until the cursor has passed it.
  const bool unheard_of = question.target.value_or(0) > question.cursor && !question.spool_holds_target;
  if (unheard_of && question.epoch_is_current) return {target_ahead};
  const std::uint64_t has = question.target.value_or(0);
  if (!question.known || has >= *question.known) return {agreed};
  PositionAnswer answer{target_behind};
  answer.resend_after = std::min(question.cursor, std::max(has, question.kept_after));
  const auto gone = std::min(question.kept_after, *question.known);
  if (has < gone) answer.gap = {has, gone};
  return answer;
}

}  // namespace collector
