#include "collector/cli/live/live_text.h"

#include <fmt/format.h>

#include <ctime>

#include "collector/cli/history/glyphs.h"
#include "collector/core/units.h"
#include "collector/formats/json_text.h"
#include "collector/formats/rfc3339.h"
#include "collector/history/amount.h"

namespace collector {
namespace {

AmountUnits amount_units(LiveUnits units) {
  return units == LiveUnits::iec ? AmountUnits::iec : AmountUnits::si;
}

// One direction of the summary.
std::string direction_line(const char* label, Style style, std::uint64_t amount, double seconds,
                           const LiveBusiest& busiest, LiveUnits units, const Terminal& terminal) {
  const double mean = seconds > 0 ? static_cast<double>(amount) / seconds : 0;
  const bool is_narrow = screen_width(terminal) < 60;
  std::string line =
      fmt::format(" {}{}  {}  {}",
                  terminal.paint(left_in(in_locale(label, terminal), is_narrow ? 4 : 7, terminal), style),
                  right_in(live_amount_text(amount, units), is_narrow ? 8 : 11, terminal),
                  right_in(live_rate_text(mean, units), 11, terminal),
                  right_in(live_rate_text(busiest.rate, units), 11, terminal));
  if (!is_narrow && busiest.rate > 0) line += " at " + local_clock_text(busiest.at, true);
  return line + "\n";
}

}  // namespace

std::string live_rate_text(double bytes_per_second, LiveUnits units) {
  if (units == LiveUnits::bit) return bit_rate_text(bytes_per_second);
  return amount_text(static_cast<std::uint64_t>(bytes_per_second + 0.5), amount_units(units)) + "/s";
}

std::string live_amount_text(std::uint64_t bytes, LiveUnits units) {
  return amount_text(bytes, amount_units(units));
}

std::string local_clock_text(WallTime time, bool with_seconds) {
  const auto seconds = static_cast<std::time_t>(unix_seconds(time));
  std::tm local{};
  localtime_r(&seconds, &local);
  std::string text = fmt::format("{:02}:{:02}", local.tm_hour, local.tm_min);
  if (with_seconds) text += fmt::format(":{:02}", local.tm_sec);
  return text;
}

std::string live_line(const LiveSession& session, LiveUnits units, const Terminal& terminal) {
  const LivePoint& rate = session.sums().rate;
  return fmt::format("{}  {}{}  {}{}\n", local_clock_text(session.last(), true), in_locale("↓", terminal),
                     right_in(live_rate_text(rate.received, units), 12, terminal), in_locale("↑", terminal),
                     right_in(live_rate_text(rate.sent, units), 12, terminal));
}

std::string live_json(const LiveSession& session) {
  std::string interfaces;
  for (const LiveInterface& each : session.interfaces()) {
    if (each.is.gone && each.sums.last_received + each.sums.last_sent == 0) continue;
    interfaces += fmt::format(R"({}{{"interface":{},"received":{},"sent":{},"counted":{},"kind":{})",
                              interfaces.empty() ? "" : ",", json_string(each.name), each.sums.last_received,
                              each.sums.last_sent, each.counts, json_string(each.is.kind));
    if (!each.is.parent.empty()) interfaces += fmt::format(R"(,"inside":{})", json_string(each.is.parent));
    interfaces += "}";
  }
  return fmt::format(R"({{"time":"{}","ms":{},"received":{},"sent":{},"interfaces":[{}]}})"
                     "\n",
                     format_rfc3339(session.last()), session.last_passed().count(),
                     session.sums().last_received, session.sums().last_sent, interfaces);
}

std::string live_summary(const LiveSession& session, LiveUnits units, const Terminal& terminal) {
  const LiveSums& sums = session.sums();
  const double seconds = to_seconds(session.lasted());
  const bool is_narrow = screen_width(terminal) < 60;
  const std::string host = name_text(session.host(), terminal);
  const std::string head =
      fmt::format("live for {}", human_duration(std::chrono::round<std::chrono::seconds>(session.lasted())));
  const std::string times = in_locale(
      fmt::format(", {}–{}", local_clock_text(session.began(), true), local_clock_text(session.last(), true)),
      terminal);
  std::string out =
      " " +
      terminal.paint(left_in(host, std::min<std::size_t>(display_width(host), 20), terminal), Style::bold) +
      "   " + head + (is_narrow ? "" : times) + "\n\n";
  out += is_narrow ? fmt::format(" {:>12}  {:>11}  {:>11}\n", "total", "mean", "busiest")
                   : fmt::format(" {:>18}  {:>11}  {:>11}\n", "total", "mean", "busiest");
  out += direction_line(is_narrow ? "↓" : "↓ down", Style::received, sums.received, seconds,
                        sums.busiest_received, units, terminal);
  out += direction_line(is_narrow ? "↑" : "↑ up", Style::sent, sums.sent, seconds, sums.busiest_sent, units,
                        terminal);
  if (session.was_restarted())
    out +=
        notes_text("the collector was restarted: what moved until it ran again is in the history, not here",
                   Style::warning, terminal);
  return out;
}

}  // namespace collector
