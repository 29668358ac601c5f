#include "collector/samplers/selection.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

namespace collector {

bool matches_any(const std::vector<std::string>& globs, const std::string& name) {
  return std::ranges::any_of(
      globs, [&](const std::string& glob) { return fnmatch(glob.c_str(), name.c_str(), 0) == 0; });
}

Selection::Verdict Selection::of(const std::string& name) const {
  if (matches_any(exclude_, name)) return Verdict::excluded;
  if (include_.empty()) return Verdict::unnamed;
  return matches_any(include_, name) ? Verdict::included : Verdict::excluded;
}

std::string none_reported(const Selection& selection, const Choice& choice,
                          std::span<const std::string> names, bool any_reported) {
  if (any_reported || names.empty()) return {};
  const auto met = [&](const std::string& name) { return matches_any(selection.include(), name); };
  if (!selection.include().empty() && std::ranges::none_of(names, met))
    return fmt::format("nothing is reported: {} meets no {}; there are: {}", choice.setting, choice.thing,
                       listed(names));
  return fmt::format(
      "nothing is reported: all {} are left out by the settings; there are: {}; name in {} what you want",
      choice.things, listed(names), choice.setting);
}

std::string unmet_globs(const Selection& selection, const Choice& choice,
                        std::span<const std::string> names) {
  std::vector<std::string> unmet;
  for (const std::string& glob : selection.include())
    if (std::ranges::none_of(names, [&](const std::string& name) { return matches_any({glob}, name); }))
      unmet.push_back('"' + glob + '"');
  if (unmet.empty()) return {};
  return fmt::format("{}: {} {} no {}", choice.setting, listed(unmet), unmet.size() == 1 ? "meets" : "meet",
                     choice.thing);
}

std::string listed(std::span<const std::string> names) {
  constexpr std::size_t most = 12;
  const auto shown = names.first(std::min(names.size(), most));
  std::string text = fmt::format("{}", fmt::join(shown, ", "));
  if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
  return text;
}

}  // namespace collector
