#include "config/plan.h"

#include <algorithm>
#include <stdexcept>

#include "collector/core/units.h"
#include "config/configuration.h"
#include "config/plan_values.h"

namespace collector {
namespace {

// Of a value that the check has read before.
template <typename T>
T checked(Result<T> parsed) {
  if (!parsed) throw std::logic_error("a plan that was not checked: " + parsed.error().text());
  return std::move(*parsed);
}

std::chrono::weekday weekday_of(std::string_view name) {
  // From 1, as ISO 8601 has them.
  const auto place = std::ranges::find(weekday_names, name) - weekday_names.begin();
  return std::chrono::weekday(static_cast<unsigned>(place) + 1);
}

PlanCycle cycle_of(const Settings& settings) {
  PlanCycle cycle;
  cycle.start = checked(parse_time_of_day(settings.text("start")));
  if (settings.has("weekday")) {
    cycle.every = WeeklyCycle{weekday_of(settings.text("weekday"))};
  } else if (settings.has("days")) {
    cycle.every =
        DaysCycle{static_cast<int>(settings.integer("days")), checked(parse_date(settings.text("from")))};
  } else {
    cycle.every = MonthlyCycle{settings.has("day") ? static_cast<int>(settings.integer("day")) : 1};
  }
  return cycle;
}

// In order; those that touch become one, as the two halves of a night do not.
std::vector<DailyHours> free_hours_of(const std::vector<std::string>& texts) {
  std::vector<DailyHours> all;
  for (const std::string& text : texts)
    for (const DailyHours& hours : checked(parse_daily_hours(text)))
      all.push_back(hours);
  std::ranges::sort(all, {}, &DailyHours::begin);
  std::vector<DailyHours> joined;
  for (const DailyHours& hours : all) {
    if (!joined.empty() && joined.back().end == hours.begin) {
      joined.back().end = hours.end;
    } else {
      joined.push_back(hours);
    }
  }
  return joined;
}

Price price_of(const Settings& settings) {
  Price price;
  price.currency = settings.text("currency");
  price.flat = checked(parse_money(settings.text("flat")));
  price.unit = 1;
  if (settings.has("rate")) {
    const UnitPrice rate = checked(parse_unit_price(settings.text("rate")));
    price.unit = rate.unit;
    price.tiers.push_back({0, rate.price});
  }
  for (const auto& [amount, text] : settings.map("tiers")) {
    const UnitPrice tier = checked(parse_unit_price(text));
    price.unit = tier.unit;
    price.tiers.push_back({checked(parse_size(amount)), tier.price});
  }
  std::ranges::sort(price.tiers, {}, &PriceTier::from);
  if (price.tiers.empty() || price.tiers.front().from > 0)
    price.tiers.insert(price.tiers.begin(), PriceTier{});
  return price;
}

}  // namespace

std::string_view counts_name(Counts counts) {
  return counts_names.at(static_cast<std::size_t>(counts));
}

Counts counts_named(std::string_view name) {
  const auto found = std::ranges::find(counts_names, name);
  return found == counts_names.end() ? Counts::both : static_cast<Counts>(found - counts_names.begin());
}

BillingPlan billing_plan(const PlanConfiguration& configuration) {
  const Settings& settings = configuration.settings;
  BillingPlan plan;
  plan.name = configuration.name;
  plan.interfaces = settings.list("interfaces");
  plan.hosts = settings.list("hosts");
  plan.cycle = cycle_of(settings.table("cycle"));
  if (settings.has("zone")) plan.zone = settings.text("zone");
  if (settings.has("quota")) plan.quota = settings.size("quota");
  plan.counts = counts_named(settings.text("counts"));
  plan.free_hours = free_hours_of(settings.list("free_hours"));
  if (settings.has("price")) plan.price = price_of(settings.table("price"));
  return plan;
}

}  // namespace collector
