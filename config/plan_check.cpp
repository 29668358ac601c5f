#include "config/plan_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/core/units.h"
#include "config/plan_values.h"

namespace collector {
namespace {

using Mistakes = std::vector<SettingMistake>;

void add_mistake(Mistakes& mistakes, std::string path, Error error,
                 std::vector<std::string> follows_from = {}) {
  mistakes.push_back(
      {std::move(path), std::move(error.what), std::move(error.remedy), std::move(follows_from)});
}

// A value that can't be read.
template <typename T>
void check_parsed(Mistakes& mistakes, std::string path, const Result<T>& parsed) {
  if (!parsed) add_mistake(mistakes, std::move(path), parsed.error());
}

void check_cycle(const Settings& cycle, Mistakes& mistakes) {
  std::string chosen;
  for (const char* name : {"day", "weekday", "days"}) {
    if (!cycle.has(name)) continue;
    if (!chosen.empty())
      add_mistake(mistakes, fmt::format("cycle.{}", name),
                  {fmt::format("a cycle has a {} already", chosen), "remove one of them"},
                  {"cycle." + chosen});
    if (chosen.empty()) chosen = name;
  }
  if (cycle.has("day") && cycle.integer("day") == 0)
    add_mistake(mistakes, "cycle.day",
                {"no month has a day 0", "write 1 for the first day, or -1 for the last"});
  if (cycle.has("days") && !cycle.has("from"))
    add_mistake(mistakes, "cycle.days",
                {"it is not said when such a cycle began", "add from: and a date, such as 2026-11-14"},
                {"cycle.from"});
  if (cycle.has("from") && !cycle.has("days"))
    add_mistake(mistakes, "cycle.from",
                {"has no effect without days", "write days: 30 beside it, or remove it"}, {"cycle.days"});
  if (cycle.has("from")) check_parsed(mistakes, "cycle.from", parse_date(cycle.text("from")));
  check_parsed(mistakes, "cycle.start", parse_time_of_day(cycle.text("start")));
}

void check_free_hours(const std::vector<std::string>& texts, Mistakes& mistakes) {
  std::vector<DailyHours> all;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string path = fmt::format("free_hours[{}]", i);
    const auto hours = parse_daily_hours(texts[i]);
    check_parsed(mistakes, path, hours);
    if (!hours) continue;
    const bool overlap = std::ranges::any_of(*hours, [&](const DailyHours& one) {
      return std::ranges::any_of(
          all, [&](const DailyHours& other) { return one.begin < other.end && other.begin < one.end; });
    });
    if (overlap) add_mistake(mistakes, path, {"overlaps with other free hours", "write them as one"});
    all.insert(all.end(), hours->begin(), hours->end());
  }
  std::chrono::minutes free{0};
  for (const DailyHours& hours : all)
    free += hours.end - hours.begin;
  if (free >= std::chrono::days(1))
    add_mistake(mistakes, "free_hours",
                {"the whole day is free: nothing would ever count", "leave some of it out"});
}

void check_tiers(const Settings& price, std::optional<std::uint64_t> unit, Mistakes& mistakes) {
  std::map<std::uint64_t, std::string> amounts;
  for (const auto& [amount, text] : price.map("tiers")) {
    const std::string path = fmt::format("price.tiers.{}", amount);
    const auto from = parse_size(amount);
    check_parsed(mistakes, path, from);
    const auto tier = parse_unit_price(text);
    check_parsed(mistakes, path, tier);
    if (from && !amounts.try_emplace(*from, amount).second)
      add_mistake(mistakes, path, {fmt::format("is the same amount as {}", amounts[*from]), "remove one"});
    if (from && *from == 0 && price.has("rate"))
      add_mistake(mistakes, path, {"what costs from the first byte on is said by rate", "remove one of them"},
                  {"price.rate"});
    if (tier && unit && tier->unit != *unit)
      add_mistake(mistakes, path,
                  {fmt::format("is a price for {}, and others are for {}", format_size(tier->unit),
                               format_size(*unit)),
                   "convert it: all prices of a plan are for one unit"});
    if (tier && !unit) unit = tier->unit;
  }
}

void check_price(const Settings& price, Mistakes& mistakes) {
  if (price.has("currency")) check_parsed(mistakes, "price.currency", check_currency(price.text("currency")));
  const auto flat = parse_money(price.text("flat"));
  check_parsed(mistakes, "price.flat", flat);
  std::optional<std::uint64_t> unit;
  if (price.has("rate")) {
    const auto rate = parse_unit_price(price.text("rate"));
    check_parsed(mistakes, "price.rate", rate);
    if (rate) unit = rate->unit;
  }
  check_tiers(price, unit, mistakes);
  const bool costs = !flat || *flat > 0 || price.has("rate") || !price.map("tiers").empty();
  if (!costs)
    add_mistake(mistakes, "price", {"says no amount", "add flat: 19.99 or rate: 0.10/GB"},
                {"price.flat", "price.rate", "price.tiers"});
}

}  // namespace

std::vector<SettingMistake> mistakes_of_plan(const Settings& settings, const CheckContext& context) {
  Mistakes mistakes;
  check_cycle(settings.table("cycle"), mistakes);
  if (settings.has("zone"))
    if (auto mistake = context.mistake_in_zone(settings.text("zone")))
      add_mistake(mistakes, "zone", std::move(*mistake));
  check_free_hours(settings.list("free_hours"), mistakes);
  if (settings.has("price")) check_price(settings.table("price"), mistakes);
  return mistakes;
}

}  // namespace collector
