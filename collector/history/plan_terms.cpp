#include "collector/history/plan_terms.h"

#include <fmt/format.h>

#include <optional>

#include "collector/formats/json_reader.h"
#include "collector/formats/json_text.h"

namespace collector::history {
namespace {

// Amounts may be beyond int64 in principle; as bytes of a cycle they never are.
std::uint64_t amount(const JsonValue& value) {
  return static_cast<std::uint64_t>(value.integer);
}

bool is_list_of(const JsonValue* value, JsonValue::Type type) {
  if (value == nullptr || value->type != JsonValue::Type::array) return false;
  for (const JsonValue& item : value->items)
    if (item.type != type) return false;
  return true;
}

std::optional<std::vector<std::string>> texts_in(const JsonValue* value) {
  if (!is_list_of(value, JsonValue::Type::text)) return std::nullopt;
  std::vector<std::string> texts;
  for (const JsonValue& item : value->items)
    texts.push_back(item.text);
  return texts;
}

// [[a, b], …]
std::optional<std::vector<std::array<std::int64_t, 2>>> pairs_in(const JsonValue* value) {
  if (!is_list_of(value, JsonValue::Type::array)) return std::nullopt;
  std::vector<std::array<std::int64_t, 2>> pairs;
  for (const JsonValue& item : value->items) {
    if (item.items.size() != 2 || !is_list_of(&item, JsonValue::Type::integer)) return std::nullopt;
    pairs.push_back({item.items[0].integer, item.items[1].integer});
  }
  return pairs;
}

std::optional<Price> price_in(const JsonValue& value) {
  const JsonValue* currency = value.member("currency");
  const JsonValue* flat = value.member("flat");
  const JsonValue* unit = value.member("unit");
  const auto tiers = pairs_in(value.member("tiers"));
  if (currency == nullptr || flat == nullptr || unit == nullptr || !tiers || unit->integer <= 0)
    return std::nullopt;
  Price price{currency->text, flat->integer, amount(*unit), {}};
  for (const auto& [from, each] : *tiers)
    price.tiers.push_back({static_cast<std::uint64_t>(from), each});
  return price;
}

}  // namespace

std::string terms_of(const BillingPlan& plan) {
  std::string out = fmt::format(R"({{"interfaces":{},"hosts":{},"counts":"{}","quota":{})",
                                json_strings(plan.interfaces), json_strings(plan.hosts),
                                counts_name(plan.counts), plan.quota ? std::to_string(*plan.quota) : "null");
  std::string hours;
  for (const DailyHours& each : plan.free_hours)
    hours += fmt::format("{}[{},{}]", hours.empty() ? "" : ",", each.begin.count(), each.end.count());
  out += fmt::format(R"(,"free_hours":[{}],"price":)", hours);
  if (!plan.price) return out + "null}";
  std::string tiers;
  for (const PriceTier& tier : plan.price->tiers)
    tiers += fmt::format("{}[{},{}]", tiers.empty() ? "" : ",", tier.from, tier.price);
  return out + fmt::format(R"({{"currency":"{}","flat":{},"unit":{},"tiers":[{}]}}}})", plan.price->currency,
                           plan.price->flat, plan.price->unit, tiers);
}

Result<BillingPlan> plan_of_terms(std::string_view terms) {
  const auto read = read_json_object(terms);
  if (!read) return std::unexpected(read.error());
  const auto wrong = [] { return fail("what was agreed of a plan can't be read"); };
  BillingPlan plan;
  auto interfaces = texts_in(read->member("interfaces"));
  auto hosts = texts_in(read->member("hosts"));
  const auto hours = pairs_in(read->member("free_hours"));
  const JsonValue* counts = read->member("counts");
  const JsonValue* quota = read->member("quota");
  const JsonValue* price = read->member("price");
  if (!interfaces || !hosts || !hours || counts == nullptr || quota == nullptr || price == nullptr)
    return wrong();
  plan.interfaces = std::move(*interfaces);
  plan.hosts = std::move(*hosts);
  plan.counts = counts_named(counts->text);
  if (quota->type == JsonValue::Type::integer) plan.quota = amount(*quota);
  for (const auto& [begin, end] : *hours)
    plan.free_hours.push_back({std::chrono::minutes(begin), std::chrono::minutes(end)});
  if (price->type == JsonValue::Type::null) return plan;
  plan.price = price_in(*price);
  if (!plan.price) return wrong();
  return plan;
}

}  // namespace collector::history
