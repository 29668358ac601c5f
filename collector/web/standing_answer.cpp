#include "collector/web/standing_answer.h"

#include "collector/web/usage_cells.h"

namespace collector::web {

std::vector<TableCell> money_cells(const std::optional<history::Money>& money) {
  if (!money) return {TableCell(), TableCell()};
  const std::string text = money->text();
  return {text.substr(0, text.find(' ')), money->currency};
}

void append_standing(JsonAnswer& out, const PlanStanding& standing, history::Seconds now) {
  const history::Bill& bill = standing.bill;
  out.member("plan", standing.is_plan ? std::optional(standing.plan.name) : std::nullopt);
  out.member("from", unix_time(standing.cycle.start)).member("to", unix_time(standing.cycle.end));
  out.member("zone", standing.zone.name()).member("used", bill.used);
  out.member("received", standing.usage.in).member("sent", standing.usage.out);
  out.member("counts", counts_name(standing.plan.counts)).member("quota", standing.plan.quota);
  out.member("left", bill.left).member("over", bill.over).member("left_per_day", bill.left_per_day);
  out.member("days_left", days_left(standing.zone, standing.cycle.end, now));
  const auto cost = money_cells(bill.cost);
  out.member("cost", bill.cost ? std::optional(std::get<std::string>(cost[0])) : std::nullopt);
  out.member("currency", bill.cost ? std::optional(bill.cost->currency) : std::nullopt).key("forecast");
  if (standing.forecast)
    out.open('{')
        .member("expected", standing.forecast->expected)
        .member("low", standing.forecast->low)
        .member("high", standing.forecast->high)
        .close('}');
  else
    out.item(nullptr);
  out.key("too_little_history");
  if (standing.too_little)
    out.open('{')
        .member("days", standing.too_little->days)
        .member("needed", standing.too_little->needed)
        .close('}');
  else
    out.item(nullptr);
  out.member("unknown", standing.unknown);
}

}  // namespace collector::web
