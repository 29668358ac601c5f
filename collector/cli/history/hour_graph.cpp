#include <algorithm>
#include <cmath>
#include <cstddef>

#include "collector/cli/history/glyphs.h"
#include "collector/cli/history/today_screen.h"

namespace collector {
namespace {

constexpr std::size_t graph_height = 6;

struct HourScale {
  std::uint64_t most = 1;

  // Eighths of a line.
  std::size_t eighths(std::uint64_t amount) const {
    const auto exact = static_cast<long double>(amount) * (graph_height * 8) / static_cast<long double>(most);
    const auto rounded = std::min(static_cast<std::size_t>(std::round(exact)), graph_height * 8);
    return amount > 0 ? std::max<std::size_t>(rounded, 1) : 0;
  }
  // The line, from below, in which a mark for it stands.
  std::size_t line(std::uint64_t amount) const {
    const std::size_t height = eighths(amount);
    return height == 0 ? 0 : (height - 1) / 8;
  }
};

std::string hour_cell(const TodayScreen::Hour& hour, std::size_t line, std::size_t width,
                      const HourScale& scale, const Terminal& terminal) {
  const Glyphs& glyphs = glyphs_of(terminal);
  const std::size_t height = scale.eighths(hour.moved);
  const std::size_t here = height > line * 8 ? std::min<std::size_t>(height - line * 8, 8) : 0;
  if (here > 0) return terminal.paint(repeated(glyphs.up[here], width), Style::received);
  if (hour.usual && *hour.usual > 0 && scale.line(*hour.usual) == line)
    return terminal.paint(repeated(glyphs.usual, width), Style::dim);
  return std::string(width, ' ');
}

// "00       03       06", as many as have room.
std::string hour_names(const std::vector<TodayScreen::Hour>& hours, std::size_t step) {
  const int every = step >= 2 ? 3 : 6;
  std::string out;
  for (std::size_t i = 0; i < hours.size(); ++i) {
    if (hours[i].shown % every != 0 || (i > 0 && hours[i - 1].shown == hours[i].shown)) continue;
    if (out.size() > i * step) continue;
    out.resize(i * step, ' ');
    out += fmt::format("{:02}", hours[i].shown);
  }
  return out;
}

}  // namespace

std::string hour_graph_text(const std::vector<TodayScreen::Hour>& hours, const Terminal& terminal) {
  if (hours.empty()) return "";
  HourScale scale;
  for (const TodayScreen::Hour& hour : hours)
    scale.most = std::max({scale.most, hour.moved, hour.usual.value_or(0)});
  const std::size_t step = std::clamp<std::size_t>((screen_width(terminal) - 2) / hours.size(), 1, 4);
  const std::size_t width = step == 1 ? 1 : step - 1;
  std::string out;
  for (std::size_t line = graph_height; line-- > 0;) {
    std::string cells;
    std::size_t gap = 2;
    for (const TodayScreen::Hour& hour : hours) {
      const std::string cell = hour_cell(hour, line, width, scale, terminal);
      if (cell.find_first_not_of(' ') == std::string::npos) {
        gap += step;
        continue;
      }
      cells += std::string(gap, ' ') + cell;
      gap = step - width;
    }
    out += cells + "\n";
  }
  return out + "  " + hour_names(hours, step) + "\n";
}

}  // namespace collector
