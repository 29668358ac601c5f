// Every byte accounted: what moved, what of it is stored, and where the rest is.
#include <array>

#include "collector/web/asked.h"
#include "collector/web/ledger_answer.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/usage_cells.h"

namespace collector::web {
namespace {

constexpr std::string_view ledger_shape =
    "{from: time, to: time, seen: integer, missing: [text], off: [text], rows: [{field: text, moved: amount, "
    "stored: amount, set_aside: amount, dropped: amount, refused: amount, imported: amount}]}";

Answered<http::Response> ledger(Asked& asked) {
  const auto range = asked.range();
  if (!range) return std::unexpected(range.error());
  const auto of = asked.selection();
  if (!of) return std::unexpected(of.error());
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  const auto question = asked.question(of->selection, *range);
  if (!question) return std::unexpected(question.error());
  const auto told = ledger_of(asked, *question, of->fields);
  if (!told) return std::unexpected(told.error());
  AnswerTable table{{"field", "moved", "stored", "set_aside", "dropped", "refused", "imported"}, {}};
  for (const LedgerLine& line : told->lines)
    table.rows.push_back(
        {line.field, line.moved(), line.stored, line.set_aside, line.dropped, line.refused, line.imported});
  return table_response(asked.call(), table, [&](JsonAnswer& out) {
    out.member("from", unix_time(range->start)).member("to", unix_time(range->end));
    out.member("seen", seen_seconds(told->total));
    out.member("missing", told->account.missing).member("off", told->account.off);
  });
}

constexpr std::array parameters_of_ledger{
    measurement_parameter,   field_parameter, where_parameter, host_parameter, scope_parameter,
    from_parameter("month"), to_parameter,    zone_parameter,  plan_parameter, table_format};

const std::array rows_of_ledger{Route{.method = "GET",
                                      .path = "/api/v1/ledger",
                                      .summary = "What each counter moved by, and what of that was stored, "
                                                 "set aside, dropped or refused; and what was "
                                                 "imported, which is in none of these.",
                                      .parameters = parameters_of_ledger,
                                      .work = Work::history,
                                      .answer = [](const Call& call) { return from_history(call, ledger); },
                                      .also = as_csv,
                                      .gives = [] { return std::string(ledger_shape); }}};

}  // namespace

std::span<const Route> ledger_routes() {
  return rows_of_ledger;
}

}  // namespace collector::web
