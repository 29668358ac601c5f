#include "collector/cli/history/today_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "collector/cli/history/glyphs.h"

namespace collector {
namespace {

std::string today_head(const TodayScreen& screen, const Terminal& terminal) {
  const std::size_t width = std::min<std::size_t>(screen_width(terminal) - 1, 80);
  const std::string moment = in_locale(screen.moment, terminal);
  const std::size_t of_moment = display_width(moment);
  const std::string host = name_text(screen.host, terminal);
  if (display_width(host) + 2 + of_moment > width)
    return " " + terminal.paint(left_in(host, std::min(display_width(host), width), terminal), Style::bold) +
           "\n " + left_in(moment, std::min(of_moment, width), terminal) + "\n";
  return " " + terminal.paint(host, Style::bold) + right_in(moment, width - display_width(host), terminal) +
         "\n";
}

// Today, yesterday and the period: a column for each direction.
std::string today_amounts(const TodayScreen& screen, AmountUnits units, const Terminal& terminal) {
  const Glyphs& glyphs = glyphs_of(terminal);
  const std::size_t width = screen_width(terminal);
  std::size_t of_label = 0;
  std::size_t of_amount = 7;
  for (const TodayScreen::Line& line : screen.lines) {
    of_label = std::max(of_label, display_width(line.label));
    for (const std::uint64_t amount : {line.received, line.sent, line.received + line.sent})
      of_amount = std::max(of_amount, display_width(amount_text(amount, units)));
  }
  const std::size_t arrow = display_width(glyphs.received_arrow);
  const std::size_t gap = width >= 60 ? 3 : width >= 48 ? 2 : 1;
  const std::size_t cell = gap + arrow + of_amount;
  const std::size_t before_remarks = 1 + of_label + gap + of_amount + 2 * cell + 3;
  const auto title = [&](std::string_view text, std::size_t columns) {
    return right_in(text, columns, terminal);
  };
  std::string out = std::string(1 + of_label, ' ') + title("total", gap + of_amount) + title("down", cell) +
                    title("up", cell) + "\n";
  for (const TodayScreen::Line& line : screen.lines) {
    const auto amount = [&](std::uint64_t bytes) {
      return right_in(amount_text(bytes, units), of_amount, terminal);
    };
    const Style strong = line.strong ? Style::bold : Style::plain;
    const std::string space(gap, ' ');
    if (!line.is_known) {
      out += " " + terminal.paint(left_in(line.label, of_label, terminal), strong) + space +
             terminal.paint("not measured", Style::dim) + "\n";
      continue;
    }
    out += " " +
           terminal.paint(left_in(line.label, of_label, terminal) + space + amount(line.received + line.sent),
                          strong) +
           space +
           terminal.paint(std::string(glyphs.received_arrow) + amount(line.received), Style::received) +
           space + terminal.paint(std::string(glyphs.sent_arrow) + amount(line.sent), Style::sent);
    const std::string remark = in_locale(line.remark, terminal);
    if (!remark.empty() && before_remarks + display_width(remark) <= width)
      out += "   " + remark + "\n";
    else
      out += "\n" + (remark.empty() ? "" : notes_text("  " + remark, Style::dim, terminal));
  }
  return out;
}

std::string plan_text(const TodayScreen::Plan& plan, AmountUnits units, const Terminal& terminal) {
  const Glyphs& glyphs = glyphs_of(terminal);
  const std::string label =
      fmt::format("  {} {}", amount_text(plan.quota, units), name_text(plan.name, terminal));
  const std::size_t whole = std::min<std::size_t>(screen_width(terminal), 80) - 2;
  const std::size_t room = whole > display_width(label) + 10 ? whole - display_width(label) : whole;
  const auto most =
      static_cast<long double>(std::max({plan.used, plan.quota, plan.expected, std::uint64_t{1}}));
  const auto cells = [&](std::uint64_t amount) {
    return static_cast<std::size_t>(
        std::round(static_cast<long double>(amount) * static_cast<long double>(room) / most));
  };
  const std::size_t used = cells(plan.used);
  const std::size_t limit = cells(plan.quota);
  const std::size_t end = std::max({used, limit, cells(plan.expected)});
  std::string bar = terminal.paint(repeated(glyphs.right[8], std::min(used, limit)), Style::received);
  if (used < limit) bar += terminal.paint(repeated(glyphs.left_over, limit - used), Style::dim);
  if (end > limit) {
    bar += terminal.paint(glyphs.limit, Style::warning);
    const std::size_t over = std::max(used, limit) - limit;
    bar += terminal.paint(repeated(glyphs.right[8], over), over > 0 ? Style::bad : Style::plain);
    const std::size_t coming = end - limit - over;
    bar += terminal.paint(repeated(glyphs.above, coming), coming > 0 ? Style::warning : Style::plain);
  }
  std::string out =
      " " + bar +
      (room < whole ? label : "\n" + left_in(label, std::min(display_width(label), whole), terminal)) + "\n";
  if (plan.verdict.empty() && plan.reason.empty()) return out;
  const std::string verdict = in_locale(plan.verdict, terminal);
  const std::string reason = in_locale(plan.reason, terminal);
  if (1 + display_width(verdict) + 1 + display_width(reason) <= screen_width(terminal))
    return out + " " + terminal.paint(verdict, plan.style) + (verdict.empty() ? "" : " ") + reason + "\n";
  return out + (verdict.empty() ? "" : notes_text(verdict, plan.style, terminal)) +
         notes_text(reason, Style::plain, terminal);
}

// What the graph shows; in as many lines as the screen is too narrow for.
std::string graph_legend(const TodayScreen& screen, const Terminal& terminal) {
  const Glyphs& glyphs = glyphs_of(terminal);
  struct Part {
    std::string sign;
    Style style;
    std::string text;
  };
  std::vector<Part> parts{{std::string(glyphs.right[8]), Style::received, screen.day + " by hour"}};
  if (!screen.usual.empty()) parts.push_back({repeated(glyphs.usual, 2), Style::dim, screen.usual});
  if (!screen.busiest.empty()) parts.push_back({"", Style::plain, in_locale(screen.busiest, terminal)});
  std::string out;
  std::size_t at = 0;
  for (const Part& part : parts) {
    const std::size_t width =
        display_width(part.sign) + (part.sign.empty() ? 0 : 1) + display_width(part.text);
    if (at > 0 && at + 3 + width > screen_width(terminal)) {
      out += "\n";
      at = 0;
    }
    out += std::string(at == 0 ? 2 : 3, ' ') + terminal.paint(part.sign, part.style) +
           (part.sign.empty() ? "" : " ") + part.text;
    at += (at == 0 ? 2 : 3) + width;
  }
  return out + "\n";
}

}  // namespace

std::string today_screen_text(const TodayScreen& screen, AmountUnits units, const Terminal& terminal) {
  const Glyphs& glyphs = glyphs_of(terminal);
  std::string out = today_head(screen, terminal) + "\n" + today_amounts(screen, units, terminal);
  if (screen.plan) out += "\n" + plan_text(*screen.plan, units, terminal);
  const auto has_moved = [](const TodayScreen::Hour& hour) {
    return hour.moved > 0 || hour.usual.value_or(0) > 0;
  };
  if (std::ranges::any_of(screen.hours, has_moved))
    out += "\n" + hour_graph_text(screen.hours, terminal) + graph_legend(screen, terminal);
  if (!screen.notes.empty()) out += "\n";
  for (const TodayScreen::Note& note : screen.notes) {
    std::string text = notes_text((note.good ? "* " : "") + note.text, note.style, terminal);
    if (note.good) text = " " + terminal.paint(glyphs.good, Style::good) + text.substr(2);
    out += text;
  }
  return out;
}

}  // namespace collector
