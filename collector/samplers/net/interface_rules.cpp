#include "collector/samplers/net/interface_rules.h"

#include <algorithm>

namespace collector {
namespace {

constexpr Setting selection[] = {
    {.name = "include",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence =
         "Globs of the interfaces to report; when there are any, only these are reported, also those that "
         "would be left out otherwise (short-lived ones, loopback)."},
    {.name = "exclude",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of interfaces to leave out; wins over everything else."},
};

constexpr Setting short_lived[] = {
    {.name = "kinds",
     .type = SettingType::list,
     .default_text = "[veth]",
     .sentence = "Kinds, as the kernel names them (`ip -d link`), that are left out."},
    {.name = "names",
     .type = SettingType::list,
     .default_text = "[veth*, br-*, cni*, flannel*, cali*, cilium*, lxc*]",
     .sentence = "Globs of names that are left out."},
};

constexpr Setting settings_table[] = {
    {.name = "interfaces",
     .type = SettingType::table,
     .default_text = "",
     .sentence = "Which interfaces are reported; all are by default, except short-lived ones and loopback.",
     .children = selection},
    {.name = "short_lived",
     .type = SettingType::table,
     .default_text = "",
     .sentence =
         "Interfaces that come and go with containers, and whose bytes other interfaces count as well: left "
         "out unless `interfaces.include` names them. Inside a container, where there is no network card, "
         "the "
         "`veth` that leads out of it is the machine's link and reported.",
     .children = short_lived},
    {.name = "loopback",
     .type = SettingType::boolean,
     .default_text = "false",
     .sentence = "Whether the loopback interface is reported."},
    {.name = "max_rate",
     .type = SettingType::rates,
     .default_text = "{}",
     .sentence = "Highest believable rate in one direction, by interface (its name goes before globs, a "
                 "longer glob before a "
                 "shorter one): what is above it is set aside in `quarantine`. Without an entry a physical "
                 "interface has its "
                 "link's speed and 5 %, any other the limit of `spike_filter`."},
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
