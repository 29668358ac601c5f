#include "collector/web/ledger_answer.h"

#include <algorithm>

#include "collector/core/saturated.h"
#include "collector/history/figures.h"

namespace collector::web {

using history::Mark;

std::int64_t LedgerLine::moved() const {
  return saturated_sum(saturated_sum(stored, set_aside), saturated_sum(dropped, refused));
}

LedgerLine& LedgerLine::operator+=(const LedgerLine& other) {
  stored = saturated_sum(stored, other.stored);
  imported = saturated_sum(imported, other.imported);
  set_aside = saturated_sum(set_aside, other.set_aside);
  dropped = saturated_sum(dropped, other.dropped);
  refused = saturated_sum(refused, other.refused);
  return *this;
}

Answered<Ledger> ledger_of(Asked& asked, const HistoryQuestion& question,
                           const std::vector<history::HistoryField>& fields) {
  const auto answer = asked.file().usage(query_of(question, question.range));
  if (!answer) return std::unexpected(asked.failed(answer.error()));
  const auto marks = asked.file().marks(question.selection, question.range);
  if (!marks) return std::unexpected(asked.failed(marks.error()));
  auto account = accounted(question, *answer, *marks, asked.file());
  if (!account) return std::unexpected(asked.failed(account.error()));
  Ledger ledger{{}, std::move(*account), total_of(*answer)};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind != FieldKind::counter) continue;
    LedgerLine line{.field = fields[i].name};
    if (i < ledger.total.fields.size()) {
      line.imported = ledger.total.fields[i].imported;
      line.stored = ledger.total.fields[i].sum - line.imported;
    }
    for (const Mark& mark : *marks) {
      if (mark.field != line.field) continue;
      if (mark.kind == Mark::Kind::quarantined) line.set_aside = saturated_sum(line.set_aside, mark.amount);
      if (mark.kind == Mark::Kind::dropped) line.dropped = saturated_sum(line.dropped, mark.amount);
    }
    for (const RefusedTime& row : question.refused) {
      if (row.measurement != question.selection.measurement || !question.range.holds(row.time.start))
        continue;
      if (const auto found = row.counted.find(line.field); found != row.counted.end())
        line.refused = saturated_sum(line.refused, found->second);
    }
    ledger.lines.push_back(std::move(line));
  }
  return ledger;
}

}  // namespace collector::web
