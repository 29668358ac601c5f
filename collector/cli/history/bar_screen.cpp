#include "collector/cli/history/bar_screen.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "collector/cli/history/glyphs.h"

namespace collector {
namespace {

constexpr std::size_t narrowest_bar = 8;
constexpr std::size_t widest_label = 28;

// What has its place in a line, and how wide it is.
struct BarLayout {
  std::size_t label = 0;
  std::size_t bar = 0;               // 0: none
  std::vector<std::size_t> columns;  // those that are shown
  std::vector<std::size_t> widths;   // of all columns
  std::size_t gap = 2;               // before each column
  std::size_t mark = 0;              // with its gap

  std::size_t figures() const {
    std::size_t width = 0;
    for (const std::size_t column : columns)
      width += gap + widths[column];
    return width;
  }
};

std::vector<std::size_t> widths_of_columns(const BarScreen& screen) {
  std::vector<std::size_t> widths;
  for (const BarScreen::Column& column : screen.columns)
    widths.push_back(display_width(column.title));
  for (const auto* rows : {&screen.rows, &screen.sums})
    for (const BarScreen::Row& row : *rows)
      for (std::size_t i = 0; i < row.cells.size(); ++i)
        widths[i] = std::max(widths[i], display_width(row.cells[i]));
  return widths;
}

BarLayout lay_out(const BarScreen& screen, std::size_t width) {
  BarLayout layout;
  for (const auto* rows : {&screen.rows, &screen.sums})
    for (const BarScreen::Row& row : *rows) {
      const std::size_t longest = rows == &screen.rows ? widest_label : width;
      layout.label = std::max(layout.label, std::min(display_width(row.label), longest));
      if (!row.mark.empty()) layout.mark = std::max(layout.mark, 1 + display_width(row.mark));
    }
  // Sums have the room of the bars as well: their labels do not make the column wider.
  std::size_t of_rows = 0;
  for (const BarScreen::Row& row : screen.rows)
    of_rows = std::max(of_rows, std::min(display_width(row.label), widest_label));
  layout.widths = widths_of_columns(screen);
  for (std::size_t i = 0; i < screen.columns.size(); ++i)
    layout.columns.push_back(i);
  const std::size_t whole = layout.label;
  while (true) {
    layout.gap = width >= 60 ? 2 : 1;
    const std::size_t taken = 1 + layout.figures() + layout.mark;
    if (taken + of_rows + 2 + narrowest_bar <= width) {
      layout.bar = width - taken - of_rows - 2;
      layout.label = of_rows;
      return layout;
    }
    if (taken + whole <= width || layout.columns.size() <= 1) {
      layout.label = std::min(whole, width > taken ? width - taken : 0);
      return layout;
    }
    layout.columns.erase(std::ranges::min_element(
        layout.columns, {}, [&](std::size_t column) { return screen.columns[column].importance; }));
  }
}

std::string without_end(std::string line) {
  return without_spaces_behind(std::move(line)) + "\n";
}

std::string figures_of(const BarScreen::Row& row, const BarLayout& layout, const Terminal& terminal) {
  std::string out;
  for (const std::size_t column : layout.columns)
    out += std::string(layout.gap, ' ') +
           right_in(in_locale(row.cells[column], terminal), layout.widths[column], terminal);
  if (!row.mark.empty()) out += " " + in_locale(row.mark, terminal);
  return out;
}

std::string row_line(const BarScreen::Row& row, const BarLayout& layout, std::uint64_t longest,
                     const Terminal& terminal) {
  const std::string name = name_text(row.label, terminal);
  if (row.cells.empty()) {
    const std::string words = "  " + in_locale(row.instead, terminal);
    const std::size_t room = screen_width(terminal) - 1;
    // Where it is narrow the words begin where the name ends.
    const std::size_t before = room - std::min(room, display_width(words));
    const std::size_t of_name = std::clamp(before, std::min(display_width(name), layout.label), layout.label);
    const std::string line = left_in(name, of_name, terminal) + left_in(words, room - of_name, terminal);
    return " " + terminal.paint(without_end(line), row.style == Style::plain ? Style::dim : row.style);
  }
  const std::string label = left_in(name, layout.label, terminal);
  std::string bar;
  if (layout.bar > 0) bar = "  " + traffic_bar(row.received, row.sent, longest, layout.bar, terminal);
  return without_end(" " + terminal.paint(label, row.style) + bar +
                     terminal.paint(figures_of(row, layout, terminal), row.style));
}

std::string sum_line(const BarScreen::Row& row, const BarLayout& layout, const Terminal& terminal) {
  const std::size_t room = layout.label + (layout.bar > 0 ? 2 + layout.bar : 0);
  return without_end(" " + terminal.paint(left_in(name_text(row.label, terminal), room, terminal) +
                                              figures_of(row, layout, terminal),
                                          row.style));
}

// The heading and the titles; in one line where there is room for both.
std::string head_of(const BarScreen& screen, const BarLayout& layout, const Terminal& terminal) {
  const std::string host = name_text(screen.host, terminal);
  const std::string heading = in_locale(screen.heading, terminal);
  BarScreen::Row titles;
  for (const BarScreen::Column& column : screen.columns)
    titles.cells.push_back(column.title);
  const std::string of_columns = figures_of(titles, layout, terminal);
  const std::size_t room = layout.label + (layout.bar > 0 ? 2 + layout.bar : 0);
  const std::size_t width = display_width(host) + 3 + display_width(heading);
  const std::string painted = terminal.paint(host, Style::bold) + "   " + heading;
  if (width <= room) return without_end(" " + painted + std::string(room - width, ' ') + of_columns);
  const std::size_t most = screen_width(terminal);
  std::string own = width + 1 <= most
                        ? " " + painted + "\n"
                        : " " +
                              terminal.paint(left_in(host, std::min(display_width(host), most - 1), terminal),
                                             Style::bold) +
                              "\n " + left_in(heading, std::min(display_width(heading), most - 1), terminal) +
                              "\n";
  return own + without_end(" " + std::string(room, ' ') + of_columns);
}

}  // namespace

std::string bar_screen_text(const BarScreen& screen, const Terminal& terminal) {
  const std::size_t width = screen_width(terminal);
  const BarLayout layout = lay_out(screen, width);
  std::uint64_t longest = 0;
  for (const BarScreen::Row& row : screen.rows)
    longest = std::max(longest, row.received + row.sent);
  std::string out = head_of(screen, layout, terminal);
  for (const BarScreen::Row& row : screen.rows)
    out += row_line(row, layout, longest, terminal);
  if (!screen.sums.empty()) {
    const std::size_t across = layout.label + (layout.bar > 0 ? 2 + layout.bar : 0) + layout.figures();
    out += " " + repeated(glyphs_of(terminal).rule, across) + "\n";
    for (const BarScreen::Row& row : screen.sums)
      out += sum_line(row, layout, terminal);
  }
  std::vector<std::string> notes = screen.notes;
  if (layout.bar > 0 && !screen.about_bars.empty()) notes.insert(notes.begin(), screen.about_bars);
  if (!notes.empty()) out += "\n";
  for (const std::string& note : notes)
    out += notes_text(note, Style::dim, terminal);
  return out;
}

}  // namespace collector
