#include "collector/samplers/net/link_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "collector/samplers/selection.h"

namespace collector {
namespace {

constexpr Choice interfaces{"interface", "interfaces", "interfaces.include"};

// The end of a pair whose other end is in another namespace, and that no bridge here counts as well. On a
// host it leads to a container; where there is no card it is the way out.
bool is_loose_end(const Link& link) {
  return link.kind == "veth" && link.peer_elsewhere && link.parent == 0;
}

}  // namespace

std::string_view kind_of(const Link& link) {
  if (!link.kind.empty()) return link.kind;
  if (link.loopback) return "loopback";
  return link.derived.physical ? "physical" : "virtual";
}

bool LinkChoice::reported_alone(const Link& link, const InterfaceRules& rules) {
  return rules.reported(link.name, kind_of(link), link.loopback);
}

void LinkChoice::choose(std::span<Link> links, const InterfaceRules& rules) {
  const bool has_card = std::ranges::any_of(links, [](const Link& link) { return link.derived.physical; });
  const auto leads_out = [&](const Link& link) { return !has_card && is_loose_end(link); };
  for (Link& link : links)
    link.derived.reported = rules.reported(link.name, kind_of(link), link.loopback, leads_out(link));
  // A container whose only way out is called like the short-lived ones of a host.
  const auto hidden_by_name = [&](const Link& link) {
    return !link.derived.reported && rules.selection().of(link.name) == Selection::Verdict::unnamed;
  };
  const auto decided = [&](const Link& link) { return leads_out(link) && !hidden_by_name(link); };
  if (std::ranges::none_of(links, decided))
    for (Link& link : links)
      link.derived.reported |= leads_out(link);
  describe(links, rules);
}

void LinkChoice::describe(std::span<const Link> links, const InterfaceRules& rules) {
  std::vector<std::string> names;
  std::vector<std::string> down;
  std::size_t reported = 0;
  for (const Link& link : links) {
    names.push_back(link.name);
    if (!link.derived.reported) continue;
    ++reported;
    if (!link.up) down.push_back(link.name);
  }
  warning_ = none_reported(rules.selection(), interfaces, names, reported > 0);
  notice_.clear();
  if (!warning_.empty()) return;
  if (!down.empty()) {
    const std::string text = fmt::format(
        "{} {} down: no rows until {} up or {} counters move", listed(down), down.size() == 1 ? "is" : "are",
        down.size() == 1 ? "it is" : "they are", down.size() == 1 ? "its" : "their");
    if (down.size() == reported)
      warning_ = "nothing is reported: " + text;
    else
      notice_ = text;
  }
  const std::string unmet = unmet_globs(rules.selection(), interfaces, names);
  if (unmet.empty()) return;
  if (!notice_.empty()) notice_ += "; ";
  notice_ += unmet;
}

}  // namespace collector
