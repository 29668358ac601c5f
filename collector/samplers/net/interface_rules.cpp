#include "collector/samplers/net/interface_rules.h"

#include <algorithm>

namespace collector {
namespace {

constexpr Setting selection[] = {
    {.name = "include",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of the interfaces to report. If there are any, only these are reported, including "
                 "interfaces that are left out otherwise (short-lived ones, loopback)."},
    {.name = "exclude",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of interfaces to leave out. This overrides every other setting."},
};

constexpr Setting short_lived[] = {
    {.name = "kinds",
     .type = SettingType::list,
     .default_text = "[veth]",
     .sentence = "Kinds of interfaces that are left out, as the kernel names them (`ip -d link`)."},
    {.name = "names",
     .type = SettingType::list,
     .default_text = "[veth*, br-*, cni*, flannel*, cali*, cilium*, lxc*]",
     .sentence = "Globs of interface names that are left out."},
};

constexpr Setting settings_table[] = {
    {.name = "interfaces",
     .type = SettingType::table,
     .default_text = "",
     .sentence = "Which interfaces are reported. The default is all except short-lived ones and loopback.",
     .children = selection},
    {.name = "short_lived",
     .type = SettingType::table,
     .default_text = "",
     .sentence =
         "Interfaces that come and go with containers, and whose bytes other interfaces count too. They are "
         "left out unless `interfaces.include` names them. Inside a container without a network card, the "
         "`veth` that leads out of it is reported, because it is the machine's link.",
     .children = short_lived},
    {.name = "loopback",
     .type = SettingType::boolean,
     .default_text = "false",
     .sentence = "Whether the loopback interface is reported."},
    {.name = "max_rate",
     .type = SettingType::rates,
     .default_text = "{}",
     .sentence = "The highest believable rate in one direction, by interface. What exceeds it is set aside "
                 "in `quarantine`. A name takes precedence over a glob, and a longer glob over a shorter "
                 "one. The default is the link's speed plus 5 % for a physical interface, and the limit of "
                 "`spike_filter` for all others."},
};

}  // namespace

InterfaceRules::InterfaceRules(const Settings& settings)
    : selection_(settings.table("interfaces")),
      short_lived_names_(settings.table("short_lived").list("names")),
      short_lived_kinds_(settings.table("short_lived").list("kinds")),
      max_rates_(settings.rates("max_rate")),
      loopback_(settings.boolean("loopback")) {}

bool InterfaceRules::reported(const std::string& name, std::string_view kind, bool loopback,
                              bool leads_out) const {
  const auto verdict = selection_.of(name);
  if (verdict != Selection::Verdict::unnamed) return verdict == Selection::Verdict::included;
  if (loopback) return loopback_;
  const bool short_lived_kind =
      !leads_out && std::ranges::find(short_lived_kinds_, kind) != short_lived_kinds_.end();
  return !short_lived_kind && !matches_any(short_lived_names_, name);
}

double InterfaceRules::byte_limit(const std::string& name, std::int64_t speed) const {
  constexpr double bytes_per_megabit = 1e6 / 8;
  constexpr double tolerance = 1.05;
  return max_rate(name).value_or(static_cast<double>(speed) * bytes_per_megabit * tolerance);
}

std::optional<double> InterfaceRules::max_rate(const std::string& name) const {
  if (const auto own = max_rates_.find(name); own != max_rates_.end()) return own->second;
  const std::pair<const std::string, double>* best = nullptr;
  for (const auto& entry : max_rates_)
    if (matches_any({entry.first}, name) && (best == nullptr || entry.first.size() > best->first.size()))
      best = &entry;
  if (best == nullptr) return std::nullopt;
  return best->second;
}

std::span<const Setting> interface_settings() {
  return settings_table;
}

}  // namespace collector
