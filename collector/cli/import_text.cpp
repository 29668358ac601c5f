#include "collector/cli/import_text.h"

#include <fmt/format.h>

#include "collector/cli/table.h"
#include "collector/core/plural.h"
#include "collector/history/amount.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

std::string bytes_text(std::int64_t bytes) {
  return amount_text(static_cast<std::uint64_t>(bytes), AmountUnits::si);
}

std::string date_text(const history::Zone& zone, history::Seconds moment) {
  return offset_time_text(zone, moment).substr(0, 10);
}

bool is_midnight(const history::Zone& zone, history::Seconds moment) {
  return history::Cycle::daily().around(zone, moment).start == moment;
}

std::string first_of(const history::Zone& zone, history::Seconds start) {
  return date_text(zone, start) + (is_midnight(zone, start) ? "" : " " + clock_text(zone, start));
}

// Days are named with the last one, times with the end.
std::string last_of(const history::Zone& zone, history::Seconds end) {
  if (is_midnight(zone, end)) return date_text(zone, end - std::chrono::seconds(1));
  return date_text(zone, end) + " " + clock_text(zone, end);
}

std::string_view because(history::LeftOut why) {
  switch (why) {
    case history::LeftOut::measured:
      return "measured by this collector";
    case history::LeftOut::imported:
      return "imported before";
    case history::LeftOut::awaited:
      return "after this collector's last row: its own may still come";
    case history::LeftOut::waiting:
      return "measured by this collector, and not stored yet: import again when it is";
    case history::LeftOut::not_over:
      break;
  }
  return "of a day or hour that was not over yet, or is too new: import again later";
}

std::string refusals_text(const imports::ReadPast& read, const Terminal& terminal) {
  Table table({{"where"}, {"refused because"}});
  for (const auto& [where, reason] : read.refusals)
    table.add({where, reason});
  std::string text = table.text(terminal);
  if (read.refused > read.refusals.size())
    text += fmt::format("and {} more\n", read.refused - read.refusals.size());
  return text;
}

}  // namespace

std::optional<std::string> refused_text(const ImportReport& report, const imports::ReadPast& read) {
  if (read.refused == 0) return std::nullopt;
  const auto lines = [](std::uint64_t count) { return counted(count, "line or row", "lines or rows"); };
  if (read.taken == 0)
    return fmt::format("{}: {} refused, because {} can't be true: nothing of it is left", report.file,
                       read.refused == 1 ? "its only line or row is" : "all " + lines(read.refused) + " are",
                       read.refused == 1 ? "it" : "they");
  return fmt::format("{}: {} of {} refused, because {} can't be true; the others are taken", report.file,
                     read.refused, lines(read.refused + read.taken) + (read.refused == 1 ? " is" : " are"),
                     read.refused == 1 ? "it" : "they");
}

std::string import_text(const ImportReport& report, const imports::ReadPast& read,
                        std::span<const history::AddedPast> added, const Terminal& terminal) {
  Table table({{"host"},
               {"interface"},
               {"from"},
               {"to"},
               {"days", true},
               {"hours", true},
               {"down", true},
               {"up", true}});
  Table left_out(
      {{"host"}, {"interface"}, {"days", true}, {"down", true}, {"up", true}, {"left out because"}});
  std::size_t days = 0, hours = 0;
  for (const history::AddedPast& one : added) {
    const history::PastPlan& plan = one.plan;
    days += plan.days;
    hours += plan.hours;
    if (plan.time)
      table.add({one.host, one.interface, first_of(report.zone, plan.time->start),
                 last_of(report.zone, plan.time->end), fmt::format("{}", plan.days),
                 fmt::format("{}", plan.hours), bytes_text(plan.received), bytes_text(plan.sent)});
    for (const auto& [why, amount] : plan.left_out)
      if (amount.days > 0 || amount.received > 0 || amount.sent > 0)
        left_out.add({one.host, one.interface, fmt::format("{}", amount.days), bytes_text(amount.received),
                      bytes_text(amount.sent), std::string(because(why))});
  }
  std::string text = fmt::format("{} ({}), days of {}\n", terminal.printable(report.file), report.program,
                                 report.zone.name());
  if (!table.empty()) text += "\n" + table.text(terminal);
  if (!left_out.empty()) text += "\n" + left_out.text(terminal);
  if (read.refused > 0) text += "\n" + refusals_text(read, terminal);
  std::string rest;
  for (const std::string& note : read.notes)
    rest += note + "\n";
  if (!rest.empty()) text += "\n" + terminal.printable(rest);
  if (report.is_dry_run && days + hours == 0) return text + "\nThere is nothing to add.\n";
  const std::string amount = fmt::format("{} and {}", counted(days, "day"), counted(hours, "hour"));
  if (report.is_dry_run)
    return text + fmt::format("\nNothing was changed; without --dry-run {} would be added.\n", amount);
  return text + (days + hours == 0 ? "\nNothing was added.\n" : fmt::format("\n{} were added.\n", amount));
}

}  // namespace collector
