#include "collector/web/marks_answer.h"

#include "collector/web/usage_cells.h"

namespace collector::web {
namespace {

TableCell text_or_nothing(const std::string& text) {
  return text.empty() ? TableCell() : TableCell(text);
}

}  // namespace

std::string_view mark_name(history::Mark::Kind kind) {
  using Kind = history::Mark::Kind;
  switch (kind) {
    case Kind::gap:
      return "gap";
    case Kind::recovered:
      return "recovered";
    case Kind::reset:
      return "reset";
    case Kind::wrap:
      return "wrap";
    case Kind::clock:
      return "clock";
    case Kind::quarantined:
      return "implausible";
    case Kind::dropped:
      return "dropped";
    case Kind::lost:
      break;
  }
  return "lost";
}

AnswerTable marks_table(std::span<const history::Mark> marks) {
  AnswerTable table;
  table.columns = {"t", "end", "flag", "seconds", "host", "interface", "field", "amount", "text"};
  for (const history::Mark& mark : marks)
    table.rows.push_back({unix_time(mark.time.start), unix_time(mark.time.end),
                          std::string(mark_name(mark.kind)),
                          static_cast<std::int64_t>(mark.time.length().count()), text_or_nothing(mark.host),
                          text_or_nothing(mark.interface), text_or_nothing(mark.field),
                          mark.field.empty() ? TableCell() : TableCell(mark.amount), mark.text()});
  return table;
}

}  // namespace collector::web
