#include "collector/history/period_table.h"

#include <fmt/format.h>

#include "collector/formats/json_reader.h"
#include "collector/history/plan_terms.h"

namespace collector::history {
namespace {

constexpr std::string_view period_columns =
    "plan, start, ends, zone, closed, terms, counts, received, sent, free_received, free_sent, used, quota,"
    " cost, currency, p95_received, p95_sent, p95_both, slots, known, parts, missing";

std::uint64_t whole_number(const sqlite::Statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

std::string missing_json(const std::vector<MissingSlots>& missing) {
  std::string out;
  for (const MissingSlots& each : missing)
    out += fmt::format("{}[{},{}]", out.empty() ? "" : ",", each.start, each.end);
  return fmt::format(R"({{"missing":[{}]}})", out);
}

std::vector<MissingSlots> missing_in(std::string_view text) {
  std::vector<MissingSlots> missing;
  const auto read = read_json_object(text);
  const JsonValue* list = read ? read->member("missing") : nullptr;
  if (list == nullptr) return missing;  // whoever has edited it by hand has said nothing
  for (const JsonValue& each : list->items)
    if (each.items.size() == 2) missing.push_back({each.items[0].integer, each.items[1].integer});
  return missing;
}

ClosedPeriod period_in(const sqlite::Statement& row) {
  ClosedPeriod period;
  period.plan = row.text(0);
  period.start = row.integer(1);
  period.end = row.integer(2);
  period.zone = row.text(3);
  period.closed = row.integer(4);
  period.terms = row.text(5);
  period.counts = counts_named(row.text(6));
  period.usage = {whole_number(row, 7), whole_number(row, 8), whole_number(row, 9), whole_number(row, 10)};
  period.used = whole_number(row, 11);
  if (!row.is_null(12)) period.quota = whole_number(row, 12);
  if (!row.is_null(13)) period.cost = Money{row.integer(13), std::string(row.text(14))};
  if (!row.is_null(15))
    period.percentiles = {whole_number(row, 15), whole_number(row, 16), whole_number(row, 17)};
  period.slots = whole_number(row, 18);
  period.known = whole_number(row, 19);
  period.parts = whole_number(row, 20);
  period.missing = missing_in(row.text(21));
  return period;
}

sqlite::SqliteResult<std::vector<ClosedPeriod>> periods_where(const sqlite::Database& database,
                                                              std::string_view where,
                                                              const std::optional<std::string>& plan) {
  auto find = database.prepare(
      fmt::format("SELECT {} FROM billing_period_data WHERE {} ORDER BY plan, start", period_columns, where));
  if (!find) return std::unexpected(find.error());
  if (plan) find->bind(1, std::string_view(*plan));
  std::vector<ClosedPeriod> periods;
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return periods;
    periods.push_back(period_in(*find));
  }
}

}  // namespace

sqlite::SqliteResult<std::vector<ClosedPeriod>> read_closed_periods(const sqlite::Database& database,
                                                                    const std::optional<std::string>& plan) {
  return periods_where(database, plan ? "plan=?" : "true", plan);
}

sqlite::SqliteResult<std::vector<ClosedPeriod>> read_stale_periods(const sqlite::Database& database) {
  return periods_where(database, "stale", std::nullopt);
}

sqlite::SqliteResult<> write_closed_period(const sqlite::Database& database, const ClosedPeriod& period) {
  auto store = database.prepare(
      fmt::format("REPLACE INTO billing_period_data({}) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                  period_columns));
  if (!store) return std::unexpected(store.error());
  int parameter = 0;
  const auto text = [&](std::string_view value) { store->bind(++parameter, value); };
  const auto number = [&](std::uint64_t value) {
    store->bind(++parameter, static_cast<std::int64_t>(value));
  };
  const auto number_if = [&](bool there, std::uint64_t value) {
    if (there)
      number(value);
    else
      store->bind_null(++parameter);
  };
  text(period.plan);
  store->bind(++parameter, period.start);
  store->bind(++parameter, period.end);
  text(period.zone);
  store->bind(++parameter, period.closed);
  text(period.terms);
  text(counts_name(period.counts));
  for (const std::uint64_t amount :
       {period.usage.in, period.usage.out, period.usage.free_in, period.usage.free_out, period.used})
    number(amount);
  number_if(period.quota.has_value(), period.quota.value_or(0));
  number_if(period.cost.has_value(), period.cost ? static_cast<std::uint64_t>(period.cost->minor) : 0);
  if (period.cost)
    text(period.cost->currency);
  else
    store->bind_null(++parameter);
  const ClosedPeriod::Percentiles rates = period.percentiles.value_or(ClosedPeriod::Percentiles{});
  for (const std::uint64_t rate : {rates.in, rates.out, rates.both})
    number_if(period.percentiles.has_value(), rate);
  number(period.slots);
  number(period.known);
  number(period.parts);
  text(missing_json(period.missing));
  return store->run();
}

sqlite::SqliteResult<> mark_stale_periods(const sqlite::Database& database, const Stretch& time) {
  auto mark = database.prepare("UPDATE billing_period_data SET stale=1 WHERE start<? AND ends>?");
  if (!mark) return std::unexpected(mark.error());
  mark->bind(1, time.end);
  mark->bind(2, time.start);
  return mark->run();
}

sqlite::SqliteResult<> keep_period(const sqlite::Database& database, const ClosedPeriod& period) {
  auto mark = database.prepare("UPDATE billing_period_data SET stale=0 WHERE plan=? AND start=?");
  if (!mark) return std::unexpected(mark.error());
  mark->bind(1, std::string_view(period.plan));
  mark->bind(2, period.start);
  return mark->run();
}

}  // namespace collector::history
