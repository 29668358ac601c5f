#include "collector/imports/vnstat_rest.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/core/units.h"

namespace collector::imports {

void VnstatRest::count(history::LocalDays date, const Bytes& bytes) {
  if (date < history::LocalDays(std::chrono::year(2000) / 1 / 1)) return;  // is refused
  first_ = std::min(first_.value_or(date), date);
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(days_, bytes.received, &sum) && !__builtin_add_overflow(sum, bytes.sent, &sum))
    days_ = sum;
}

void VnstatRest::say(const std::string& interface, const Bytes& total, PastBuilder& builder) const {
  const std::string& wanted = builder.asked().interface;
  if (!wanted.empty() && wanted != interface) return;
  std::int64_t all = 0;
  if (total.received < 0 || total.sent < 0 || __builtin_add_overflow(total.received, total.sent, &all))
    return;
  if (all <= days_ || !first_) return;
  const std::chrono::year_month_day date(*first_);
  builder.note(fmt::format(
      "{}: {} from before {}-{:02}-{:02} is only in vnStat's months and years, which have no days", interface,
      human_bytes(static_cast<double>(all - days_)), static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())));
}

}  // namespace collector::imports
