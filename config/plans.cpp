#include "config/plans.h"

#include <fmt/format.h>

#include <array>

#include "config/component_check.h"
#include "config/plan.h"
#include "config/plan_check.h"
#include "config/plan_values.h"
#include "config/table_reader.h"

namespace collector {
namespace {

constexpr std::array<Setting, 5> cycle_table = {{
    {.name = "day",
     .type = SettingType::integer,
     .sentence =
         "The day of the month on which a cycle begins. Where a month has fewer days, its last. Negative "
         "days count from the month's end: -1 is its last day. Default: 1.",
     .minimum = -31,
     .maximum = 31},
    {.name = "weekday",
     .type = SettingType::choice,
     .sentence = "The day on which a cycle of a week begins, in place of `day`.",
     .choices = weekday_names},
    {.name = "days",
     .type = SettingType::integer,
     .sentence = "The length of every cycle in days, in place of `day`.",
     .minimum = 1,
     .maximum = 3'660},
    {.name = "from",
     .type = SettingType::text,
     .sentence = "The date on which one of the cycles of `days` began, such as 2026-11-14."},
    {.name = "start",
     .type = SettingType::text,
     .default_text = "\"00:00\"",
     .sentence = "The time of the day at which a cycle begins, in steps of five minutes."},
}};
constexpr std::array<Setting, 4> price_table = {{
    {.name = "currency",
     .type = SettingType::text,
     .sentence = "Its code, such as EUR or USD (ISO 4217).",
     .required = true},
    {.name = "flat",
     .type = SettingType::text,
     .default_text = "\"0\"",
     .sentence = "What every cycle costs, however much moves, such as 19.99."},
    {.name = "rate",
     .type = SettingType::text,
     .sentence = "What traffic costs, with its unit, such as 0.10/GB or 0.10/GiB. Default: nothing."},
    {.name = "tiers",
     .type = SettingType::map,
     .default_text = "{}",
     .sentence = "Other prices from some amount in a cycle on, such as {500GB: 0.08/GB, 2TB: 0.05/GB}. All "
                 "prices are for the same unit."},
}};
constexpr std::array<Setting, 8> plan_table = {{
    {.name = "interfaces",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence =
         "Names or globs of the interfaces whose traffic it is. Default: those that lead out of the machine "
         "(physical ones, nothing inside them twice)."},
    {.name = "hosts",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Names or globs of the machines whose traffic it is. Default: this machine."},
    {.name = "cycle",
     .type = SettingType::table,
     .sentence = "When it starts anew. Default: on the first day of every month.",
     .children = cycle_table},
    {.name = "zone",
     .type = SettingType::text,
     .sentence = "The time zone in which days begin and free hours lie, such as Europe/Berlin. Default: "
                 "`timezone`."},
    {.name = "quota",
     .type = SettingType::size,
     .sentence = "How much is included in a cycle, such as 1TB or 200GiB. Default: no limit.",
     .minimum = 1},
    {.name = "counts",
     .type = SettingType::choice,
     .default_text = "both",
     .sentence = "What counts: both directions together, in, out, or the larger one of the two in a cycle.",
     .choices = counts_names},
    {.name = "free_hours",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence =
         "Parts of every day in which traffic neither counts nor costs, such as [\"00:00-06:00\"], in "
         "steps of five minutes."},
    {.name = "price",
     .type = SettingType::table,
     .sentence = "What it costs. Default: nothing is said about money.",
     .children = price_table},
}};
constexpr ComponentType plan_type = {.name = plans_key, .settings = plan_table, .check = mistakes_of_plan};

}  // namespace

std::span<const Setting> plan_settings() {
  return plan_table;
}

std::vector<PlanConfiguration> read_plans(const TreeEntry* entry, const Environment& environment,
                                          Problems& problems) {
  if (entry == nullptr || entry->value.broken || entry->value.kind == TreeNode::Kind::null) return {};
  if (entry->value.kind != TreeNode::Kind::map) {
    problems.add(entry->value.at, std::string(plans_key), "is not a table of plans",
                 fmt::format("write it as {}: {}", plans_key, plan_example));
    return {};
  }
  std::vector<PlanConfiguration> plans;
  for (const TreeEntry& one : entry->value.entries) {
    const std::string path = child_path(plans_key, one.key);
    check_name(one, path, "plan", problems);
    if (one.value.broken) continue;
    if (one.value.kind != TreeNode::Kind::map && one.value.kind != TreeNode::Kind::null) {
      problems.add(one.value.at, path, "is not a table of settings",
                   "write it as {quota: 1TB, cycle: {day: 14}}");
      continue;
    }
    Settings settings = read_table(plan_table, one.value, one.at, path, {}, problems);
    check_component(plan_type, settings, &one, path, {}, environment, {}, problems);
    plans.push_back({one.key, std::move(settings)});
  }
  return plans;
}

}  // namespace collector
