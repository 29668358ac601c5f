#include "collector/cli/live/live_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "collector/cli/history/glyphs.h"

namespace collector {
namespace {

constexpr std::size_t label_width = 8;

struct CellShape {
  std::size_t across = 1;  // dots in a cell
  std::size_t down = 2;
};

CellShape shape_of(LiveDots dots) {
  return dots == LiveDots::braille ? CellShape{2, 4} : CellShape{1, 2};
}

// Dots that are set or not, row by row from above.
class DotCanvas {
 public:
  DotCanvas(std::size_t columns, std::size_t rows, LiveDots dots)
      : shape_(shape_of(dots)),
        dots_(dots),
        width_(columns * shape_.across),
        set_(width_ * rows * shape_.down) {}

  std::size_t width() const { return width_; }
  std::size_t down() const { return shape_.down; }
  void set(std::size_t column, std::size_t row) { set_[row * width_ + column] = true; }

  // One row of cells.
  std::string row(std::size_t row) const {
    std::string out;
    for (std::size_t column = 0; column < width_; column += shape_.across)
      out += cell(column, row * shape_.down);
    return without_spaces_behind(std::move(out));
  }

 private:
  bool at(std::size_t column, std::size_t row) const { return set_[row * width_ + column]; }

  std::string cell(std::size_t column, std::size_t row) const {
    if (dots_ == LiveDots::braille) return braille(column, row);
    const std::size_t which = (at(column, row) ? 1U : 0U) + (at(column, row + 1) ? 2U : 0U);
    constexpr std::array<std::string_view, 4> halves{" ", "▀", "▄", "█"};
    constexpr std::array<std::string_view, 4> ascii{" ", "'", ".", "#"};
    return std::string(dots_ == LiveDots::halves ? halves[which] : ascii[which]);
  }

  // U+2800 and a bit for each dot, the left column first, its lowest dot and the right one's last.
  std::string braille(std::size_t column, std::size_t row) const {
    constexpr std::array<std::array<unsigned, 4>, 2> bits{
        {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}};
    unsigned pattern = 0;
    for (std::size_t x = 0; x < 2; ++x)
      for (std::size_t y = 0; y < 4; ++y)
        if (at(column + x, row + y)) pattern |= bits[x][y];
    if (pattern == 0) return " ";
    return {'\xE2', static_cast<char>(0xA0 | (pattern >> 6)), static_cast<char>(0x80 | (pattern & 0x3F))};
  }

  CellShape shape_;
  LiveDots dots_;
  std::size_t width_;
  std::vector<bool> set_;
};

double power_base(LiveUnits units) {
  return units == LiveUnits::iec ? 1024 : 1000;
}

// The unit's numbers in a byte: rates are shown as bits, or as bytes.
double numbers_in_byte(LiveUnits units) {
  return units == LiveUnits::bit ? 8 : 1;
}

// So many of `whole` dots; anything that moved is seen.
std::size_t height_of(double rate, double top, std::size_t whole) {
  if (rate <= 0) return 0;
  const double part = std::sqrt(std::min(rate / top, 1.0)) * static_cast<double>(whole);
  return std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(part)), 1, whole);
}

}  // namespace

LiveDots dots_of(const Terminal& terminal, std::string_view term) {
  if (!terminal.utf8) return LiveDots::ascii;
  return term == "linux" ? LiveDots::halves : LiveDots::braille;
}

double nice_rate(double bytes_per_second, LiveUnits units) {
  const double wanted = std::max(bytes_per_second * numbers_in_byte(units), power_base(units));
  double power = 1;
  while (wanted > 500 * power)
    power *= power_base(units);
  double step = 500;
  for (const double smaller : {200.0, 100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0})
    if (smaller * power >= wanted) step = smaller;
  return step * power / numbers_in_byte(units);
}

std::string axis_text(double bytes_per_second, LiveUnits units) {
  constexpr std::array<std::string_view, 7> si{"", "k", "M", "G", "T", "P", "E"};
  constexpr std::array<std::string_view, 7> iec{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  double value = bytes_per_second * numbers_in_byte(units);
  std::size_t power = 0;
  while (value >= power_base(units) && power + 1 < si.size()) {
    value /= power_base(units);
    ++power;
  }
  return fmt::format("{:.3g} {}", value, units == LiveUnits::iec ? iec[power] : si[power]);
}

std::vector<std::string> live_graph(const std::deque<LivePoint>& points, std::size_t columns,
                                    std::size_t rows, LiveUnits units, LiveDots dots,
                                    const Terminal& terminal) {
  if (rows < 2 || columns < label_width + 8) return {};
  DotCanvas canvas(columns - label_width, rows, dots);
  const std::size_t shown = std::min(points.size(), canvas.width());
  const auto first = points.end() - static_cast<std::ptrdiff_t>(shown);
  double received = 0;
  double sent = 0;
  for (auto point = first; point != points.end(); ++point) {
    received = std::max(received, point->received);
    sent = std::max(sent, point->sent);
  }
  // The larger direction has two thirds of the rows where the other one needs no more than the rest, else
  // half of them; both have the same scale.
  const bool are_alike = 4 * std::min(received, sent) > std::max(received, sent);
  const std::size_t lesser = std::max<std::size_t>(are_alike ? rows / 2 : rows / 3, 1);
  const std::size_t above = sent > received ? lesser : rows - lesser;
  const std::size_t greater_part = rows - lesser;
  const auto top_of = [&](std::size_t part, double scale) {
    const double share = static_cast<double>(part) / static_cast<double>(greater_part);
    return scale * share * share;
  };
  const double scale =
      nice_rate(std::max(received / top_of(above, 1), sent / top_of(rows - above, 1)), units);
  const double top = top_of(above, scale);
  const double bottom = top_of(rows - above, scale);
  const std::size_t line = above * canvas.down();  // the first row of dots below it
  for (std::size_t i = 0; i < shown; ++i) {
    const LivePoint& point = *(first + static_cast<std::ptrdiff_t>(i));
    const std::size_t column = canvas.width() - shown + i;
    // The line itself is where there was a reading.
    const std::size_t up = std::max<std::size_t>(height_of(point.received, top, line), 1);
    const std::size_t down = height_of(point.sent, bottom, (rows - above) * canvas.down());
    for (std::size_t y = 0; y < up; ++y)
      canvas.set(column, line - 1 - y);
    for (std::size_t y = 0; y < down; ++y)
      canvas.set(column, line + y);
  }
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < rows; ++row) {
    std::string label;
    if (row == 0) label = axis_text(top, units);
    if (row == above / 2 && above >= 4 && above % 2 == 0) label = axis_text(top / 4, units);
    if (row + 1 == rows) label = axis_text(bottom, units);
    lines.push_back(terminal.paint(right_in(label, label_width - 1, terminal), Style::dim) + " " +
                    terminal.paint(canvas.row(row), row < above ? Style::received : Style::sent));
  }
  return lines;
}

}  // namespace collector
