// The 95th percentile, as lines are billed by it, of any time and interfaces.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/history/percentile.h"
#include "collector/web/asked.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/usage_cells.h"

namespace collector::web {
namespace {

using history::Interval;

constexpr std::chrono::days longest_percentile{400};
constexpr std::chrono::days slots_at_once{31};

// Whole slots of the range that are over.
Interval slots_of(const Interval& range, history::Seconds now) {
  const auto slot = [](history::Seconds moment) {
    return history::Seconds(std::chrono::floor<std::chrono::minutes>(moment.time_since_epoch()) -
                            (std::chrono::floor<std::chrono::minutes>(moment.time_since_epoch()) %
                             std::chrono::seconds(history::slot_seconds)));
  };
  const history::Seconds end = slot(std::min(range.end, now));
  const history::Seconds start = slot(range.start + std::chrono::seconds(history::slot_seconds - 1));
  return {std::min(start, end), end};
}

Answered<std::vector<history::Slot>> read_slots(Asked& asked, const history::Selection& selection,
                                                const Interval& range) {
  const auto bytes = [](std::int64_t moved) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(moved, 0));
  };
  std::vector<history::Slot> slots;
  for (history::Seconds start = range.start; start < range.end;) {
    const history::Seconds end = std::min(start + slots_at_once, range.end);
    const auto known =
        asked.file().slots(selection, {start, end}, std::chrono::seconds(history::slot_seconds));
    if (!known) return std::unexpected(asked.failed(known.error()));
    for (const history::TimeSlot& slot : *known)
      slots.push_back({slot.start, slot.observed, bytes(slot.in), bytes(slot.out)});
    start = end;
  }
  return slots;
}

AnswerTable percentile_table(const std::optional<history::Percentile>& known) {
  AnswerTable table{{"of", "value", "at_least", "at_most"}, {}};
  const auto add = [&](const char* name, const history::PercentileValue* value) {
    if (value == nullptr)
      table.rows.push_back({std::string(name), TableCell(), TableCell(), TableCell()});
    else
      table.rows.push_back({std::string(name), value->value, value->at_least, cell_of(value->at_most)});
  };
  add("received", known ? &known->in : nullptr);
  add("sent", known ? &known->out : nullptr);
  add("larger", known ? &known->larger : nullptr);
  add("both", known ? &known->both : nullptr);
  return table;
}

Answered<http::Response> percentile(Asked& asked) {
  const auto range = asked.range();
  if (!range) return std::unexpected(range.error());
  const auto of = asked.selection();
  if (!of) return std::unexpected(of.error());
  if (range->length() > longest_percentile)
    asked.mistaken("from", fmt::format("more than {} days", longest_percentile.count()), "-30d");
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  const Interval whole = slots_of(*range, asked.now());
  const auto slots = read_slots(asked, of->selection, whole);
  if (!slots) return std::unexpected(slots.error());
  const auto known = history::percentile_95(*slots, unix_time(whole.start), unix_time(whole.end));
  return table_response(asked.call(), percentile_table(known), [&](JsonAnswer& out) {
    out.member("from", unix_time(whole.start)).member("to", unix_time(whole.end));
    out.member("zone", asked.zone().name()).member("unit", "bytes in 300 s");
    out.member("slots", whole.length().count() / history::slot_seconds);
    out.member("known", known ? known->known : 0);
  });
}

constexpr std::string_view percentile_shape =
    "{from: time, to: time, zone: text, unit: text, slots: integer, known: integer, rows: [{of: "
    "\"received\"|\"sent\"|\"larger\"|\"both\", value: amount?, at_least: amount?, at_most: amount?}]}";

constexpr std::array parameters_of_percentile{where_parameter,        host_parameter, scope_parameter,
                                              from_parameter("-30d"), to_parameter,   zone_parameter,
                                              plan_parameter,         table_format};

const std::array rows_of_percentile{Route{
    .method = "GET",
    .path = "/api/v1/percentile",
    .summary =
        "The 95th percentile of the five-minute slots of a time that are over, as lines are billed by it, "
        "with the limits that slots which are not known leave.",
    .parameters = parameters_of_percentile,
    .work = Work::history,
    .answer = [](const Call& call) { return from_history(call, percentile); },
    .also = as_csv,
    .gives = [] { return std::string(percentile_shape); }}};

}  // namespace

std::span<const Route> percentile_routes() {
  return rows_of_percentile;
}

}  // namespace collector::web
