#include "collector/cli/live/live_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/cli/history/glyphs.h"
#include "collector/cli/live/live_text.h"

namespace collector {
namespace {

constexpr std::size_t rate_width = 11;
constexpr std::size_t amount_width = 8;

// What of a line has its place, by the terminal's width.
struct TableLayout {
  std::size_t name = 0;
  std::size_t gap = 2;
  bool busiest = false;
  bool moved = false;
  bool link = false;
};

TableLayout table_layout(const std::vector<const LiveInterface*>& shown, const Terminal& terminal) {
  const std::size_t width = screen_width(terminal);
  TableLayout layout;
  for (const LiveInterface* each : shown)
    layout.name = std::max(layout.name, display_width(name_text(each->name, terminal)));
  layout.gap = width >= 60 ? 2 : 1;
  std::size_t taken = 1 + 2 * (layout.gap + rate_width);
  layout.name =
      std::clamp<std::size_t>(layout.name, 9, width >= 60 ? 16 : std::max(width, taken + 9) - taken);
  taken += layout.name;
  const auto has_room = [&](std::size_t column) {
    if (taken + layout.gap + column > width) return false;
    taken += layout.gap + column;
    return true;
  };
  layout.busiest = has_room(rate_width);
  layout.moved = layout.busiest && has_room(amount_width);
  layout.link = layout.moved && has_room(12);
  return layout;
}

std::string place_of(const LiveInterface& interface) {
  if (interface.is.gone) return "gone";
  if (interface.counts) return "";
  if (!interface.is.parent.empty()) return fmt::format("inside {}, not added", interface.is.parent);
  return interface.is.kind + ", not added";
}

std::string interface_line(const LiveInterface& interface, const TableLayout& layout, LiveUnits units,
                           bool is_chosen, const Terminal& terminal) {
  const std::string gap(layout.gap, ' ');
  const auto rate = [&](double bytes_per_second) {
    return gap + right_in(live_rate_text(bytes_per_second, units), rate_width, terminal);
  };
  const LiveSums& sums = interface.sums;
  const bool is_dim = !interface.counts || interface.is.gone;
  std::string line = terminal.paint(left_in(name_text(interface.name, terminal), layout.name, terminal),
                                    is_chosen ? Style::bold
                                    : is_dim  ? Style::dim
                                              : Style::plain);
  line += terminal.paint(rate(sums.rate.received), is_dim ? Style::dim : Style::received) +
          terminal.paint(rate(sums.rate.sent), is_dim ? Style::dim : Style::sent);
  const std::string place = place_of(interface);
  const std::size_t left = screen_width(terminal) - 1 - layout.name - 2 * (layout.gap + rate_width);
  if (!place.empty() && left > 12) {
    const std::string text = name_text(place, terminal);
    const std::size_t room = left - layout.gap - 1;
    return " " + line +
           terminal.paint(gap + left_in(text, std::min(display_width(text), room), terminal), Style::dim);
  }
  if (layout.busiest) line += rate(std::max(sums.busiest_received.rate, sums.busiest_sent.rate));
  if (layout.moved)
    line += gap + right_in(live_amount_text(sums.received + sums.sent, units), amount_width, terminal);
  if (layout.link && interface.is.speed > 0)
    line += gap + right_in(live_rate_text(static_cast<double>(interface.is.speed) * 125'000, LiveUnits::bit),
                           12, terminal);
  return " " + without_spaces_behind(line);
}

}  // namespace

std::vector<const LiveInterface*> shown_interfaces(const LiveSession& session) {
  std::vector<const LiveInterface*> shown;
  for (const bool counted : {true, false})
    for (const LiveInterface& each : session.interfaces()) {
      const bool has_moved = each.sums.received + each.sums.sent > 0;
      if (each.counts == counted && (has_moved || (counted && !each.is.gone)) &&
          (counted || each.is.kind != "loopback"))
        shown.push_back(&each);
    }
  return shown;
}

std::vector<std::string> live_table(const LiveSession& session, LiveUnits units, const std::string& chosen,
                                    std::size_t rows, const Terminal& terminal) {
  const auto shown = shown_interfaces(session);
  if (shown.empty() || rows < 2) return {};
  const TableLayout layout = table_layout(shown, terminal);
  const std::string gap(layout.gap, ' ');
  std::string titles = left_in("interface", layout.name, terminal) + gap +
                       right_in("down", rate_width, terminal) + gap + right_in("up", rate_width, terminal);
  if (layout.busiest) titles += gap + right_in("busiest", rate_width, terminal);
  if (layout.moved) titles += gap + right_in("moved", amount_width, terminal);
  const bool has_link = std::ranges::any_of(
      shown, [](const LiveInterface* each) { return each->is.speed > 0 && each->counts && !each->is.gone; });
  if (layout.link && has_link) titles += gap + right_in("link", 12, terminal);
  std::vector<std::string> lines{" " + terminal.paint(titles, Style::dim)};
  const bool fits = shown.size() + 1 <= rows;
  const std::size_t listed = fits ? shown.size() : rows - 2;
  for (std::size_t i = 0; i < listed; ++i)
    lines.push_back(interface_line(*shown[i], layout, units, shown[i]->name == chosen, terminal));
  if (!fits)
    lines.push_back(" " + terminal.paint(fmt::format("and {} more", shown.size() - listed), Style::dim));
  return lines;
}

}  // namespace collector
