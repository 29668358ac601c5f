#include "collector/cli/live/live_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "collector/cli/history/glyphs.h"
#include "collector/cli/live/live_table.h"
#include "collector/cli/live/live_text.h"
#include "collector/core/units.h"
#include "config/suggest.h"

namespace collector {
namespace {

constexpr std::string_view keys = "q quit   i interface   u units";

std::string every_text(std::chrono::milliseconds interval) {
  if (interval.count() == 0) return "live";  // not told yet
  if (interval == std::chrono::seconds(1)) return "live, every second";
  return fmt::format("live, every {}", format_duration(interval));
}

std::string live_head(const LiveSession& session, const LiveView& view, const Terminal& terminal) {
  const std::size_t width = screen_width(terminal) - 1;
  std::string name = session.host();
  if (!view.interface.empty()) name += " " + view.interface;
  name = name_text(name, terminal);
  name = left_in(name, std::min(display_width(name), std::max<std::size_t>(width, 9) - 8), terminal);
  const std::string_view help = view.has_keys ? keys : "Ctrl-C ends";
  std::size_t taken = display_width(name);
  std::string out = " " + terminal.paint(name, Style::bold);
  const std::string gap(name.empty() ? 0 : 3, ' ');
  for (const std::string& text : {every_text(session.interval()), std::string("live")})
    if (taken + gap.size() + text.size() <= width) {
      out += gap + text;
      taken += gap.size() + text.size();
      break;
    }
  for (const std::string_view text : {help, help.substr(0, help.find("   "))})
    if (taken + 3 + text.size() <= width)
      return out +
             terminal.paint(std::string(width - taken - text.size(), ' ') + std::string(text), Style::dim);
  return out;
}

// The rates of now, and what has moved since it began; in two lines where it is narrow.
std::vector<std::string> live_headline(const LiveSession& session, const LiveSums& sums, const LiveView& view,
                                       const Terminal& terminal) {
  const std::string down = terminal.utf8 ? "↓ " : "down ";
  const std::string up = terminal.utf8 ? "↑ " : "up ";
  const auto rate = [&](double bytes_per_second) {
    return left_in(live_rate_text(bytes_per_second, view.units), 11, terminal);
  };
  const std::string now = " " + terminal.paint(down + rate(sums.rate.received), Style::received) + "   " +
                          terminal.paint(up + rate(sums.rate.sent), Style::sent);
  const std::size_t of_now = 1 + 2 * (display_width(down) + 11) + 3;
  const std::string since =
      fmt::format("since {}  {}{}  {}{}", local_clock_text(session.began(), false), down,
                  live_amount_text(sums.received, view.units), up, live_amount_text(sums.sent, view.units));
  if (of_now + 3 + display_width(since) <= screen_width(terminal)) return {now + "   " + since};
  const std::string up_now = live_rate_text(sums.rate.sent, view.units);
  return {" " + terminal.paint(down + rate(sums.rate.received), Style::received) + "   " +
              terminal.paint(up + up_now, Style::sent),
          " " + left_in(since, std::min(display_width(since), screen_width(terminal) - 1), terminal)};
}

const LiveSums& sums_shown(const LiveSession& session, const std::string& interface) {
  for (const LiveInterface& each : session.interfaces())
    if (each.name == interface) return each.sums;
  return session.sums();
}

// A line that is wider than the terminal would go on in the next one, and what is drawn over it would not
// meet it: of a window narrower than the screens are made for only the beginning of lines is shown.
void cut_to(const Terminal& terminal, std::vector<std::string>& lines) {
  for (std::string& line : lines) {
    if (terminal.columns == 0 || display_width(line) <= terminal.columns) continue;
    line = terminal.fit(line + "\n");
    line.resize(line.find('\n'));
    if (terminal.colour) line += "\033[0m";
  }
}

// How many rows the graph has, of those that nothing else needs.
std::size_t graph_rows(std::size_t room) {
  if (room >= 18) return 9;
  return room >= 6 ? 6 : room >= 3 ? 3 : 0;
}

}  // namespace

std::string missing_note(const LiveSession& session) {
  const auto missing = session.missing();
  if (missing.empty() || !session.has_begun()) return "";
  const std::vector<std::string_view> known(session.known().begin(), session.known().end());
  return fmt::format("{}: there is no such interface now{}", missing.front(),
                     known.empty() ? std::string() : "; " + suggest(missing.front(), known, "there are"));
}

std::string live_note(const LiveSession& session) {
  if (!session.has_begun()) return "waiting for the first reading";
  if (std::string missing = missing_note(session); !missing.empty()) return missing;
  if (!session.counts_any())
    return "this machine has no device of its own: nothing is added up; --interface names what to count";
  return session.was_restarted() ? "the collector was restarted meanwhile" : "";
}

std::string next_interface(const LiveSession& session, const std::string& shown) {
  const auto interfaces = shown_interfaces(session);
  const auto found =
      std::ranges::find(interfaces, shown, [](const LiveInterface* each) { return each->name; });
  if (shown.empty() || found == interfaces.end())
    return shown.empty() && !interfaces.empty() ? interfaces.front()->name : std::string();
  return found + 1 == interfaces.end() ? std::string() : (*(found + 1))->name;
}

std::vector<std::string> live_screen(const LiveSession& session, const LiveView& view,
                                     const Terminal& terminal) {
  std::vector<std::string> lines{live_head(session, view, terminal)};
  const std::size_t rows = std::max<std::size_t>(view.rows, 2);
  std::vector<std::string> notes;
  if (!view.note.empty()) {
    std::string text = notes_text(view.note, Style::warning, terminal);
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
      notes.push_back(text.substr(at, text.find('\n', at) - at));
  }
  if (session.has_begun()) {
    const LiveSums& sums = sums_shown(session, view.interface);
    // Where nothing is added up there is no sum, not even zero.
    const bool has_sum = session.counts_any() || !view.interface.empty();
    const auto headline = has_sum ? live_headline(session, sums, view, terminal) : std::vector<std::string>();
    const std::size_t interfaces = shown_interfaces(session).size();
    const bool is_airy = rows >= 14 && has_sum;
    const std::size_t fixed = lines.size() + headline.size() + notes.size() + (is_airy ? 2 : 0);
    const std::size_t left = rows > fixed ? rows - fixed : 0;
    const std::size_t of_table = std::min<std::size_t>(interfaces + 1, 4);  // at least; it has the rest too
    const std::size_t of_graph = has_sum ? graph_rows(left > of_table ? left - of_table : 0) : 0;
    if (is_airy) lines.emplace_back();
    lines.insert(lines.end(), headline.begin(), headline.end());
    if (is_airy) lines.emplace_back();
    const auto graph =
        live_graph(sums.points, screen_width(terminal) - 1, of_graph, view.units, view.dots, terminal);
    lines.insert(lines.end(), graph.begin(), graph.end());
    const auto table = live_table(session, view.units, view.interface,
                                  left > graph.size() ? left - graph.size() : 0, terminal);
    lines.insert(lines.end(), table.begin(), table.end());
  }
  lines.insert(lines.end(), notes.begin(), notes.end());
  lines.resize(std::min(lines.size(), rows));
  cut_to(terminal, lines);
  return lines;
}

}  // namespace collector
