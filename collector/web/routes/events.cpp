// What happened to the numbers, the newest first.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "collector/core/numbers.h"
#include "collector/web/asked.h"
#include "collector/web/marks_answer.h"
#include "collector/web/paging.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/visible.h"

namespace collector::web {
namespace {

using history::Mark;

// What no two events have in common, in the order of the list: the newest first.
using EventKey = std::tuple<std::int64_t, std::string, std::string, std::string, std::string>;

EventKey key_of(const Mark& mark) {
  return {-mark.time.start.time_since_epoch().count(), std::string(mark_name(mark.kind)), mark.host,
          mark.interface, mark.field};
}

std::string cursor_behind(const Call& call, const Mark& mark) {
  const auto& [time, kind, host, interface, field] = key_of(mark);
  return page_cursor(call, {std::to_string(time), kind, host, interface, field});
}

std::optional<EventKey> key_of(const Call& call) {
  const auto parts = page_parts(call, 5);
  if (!parts) return std::nullopt;
  const auto time = parse_number<std::int64_t>((*parts)[0]);
  if (!time) return std::nullopt;
  return EventKey{*time, (*parts)[1], (*parts)[2], (*parts)[3], (*parts)[4]};
}

Answered<http::Response> events(Asked& asked) {
  const auto range = asked.range();
  if (!range) return std::unexpected(range.error());
  const auto of = asked.selection();
  if (!of) return std::unexpected(of.error());
  const Values& values = asked.call().values;
  std::optional<EventKey> after;
  if (values.has("cursor")) {
    after = key_of(asked.call());
    if (!after) asked.mistaken("cursor", "is of no page", "");
  }
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  auto marks = asked.file().marks(of->selection, *range);
  if (!marks) return std::unexpected(asked.failed(marks.error()));
  std::erase_if(*marks, [&](const Mark& mark) {
    return !sees_event(asked.call().caller, mark, of->selection.measurement) ||
           (values.has("flag") && mark_name(mark.kind) != values.text("flag")) ||
           (after && key_of(mark) <= *after);
  });
  std::ranges::sort(*marks, {}, [](const Mark& mark) { return key_of(mark); });
  const auto most = static_cast<std::size_t>(values.integer("limit"));
  const bool has_next = marks->size() > most;
  if (has_next) marks->resize(most);
  const std::string cursor = has_next ? cursor_behind(asked.call(), marks->back()) : "";
  http::Response response = table_response(asked.call(), marks_table(*marks), [&](JsonAnswer& out) {
    out.member("from", range->start.time_since_epoch().count())
        .member("to", range->end.time_since_epoch().count());
    out.member("next", has_next ? std::optional(cursor) : std::nullopt);
  });
  if (has_next) response.headers.push_back(next_link(asked.call(), cursor));
  return response;
}

constexpr std::array<std::string_view, 8> event_names{"gap",   "recovered",   "reset",   "wrap",
                                                      "clock", "implausible", "dropped", "lost"};
constexpr std::array parameters_of_events{measurement_parameter,
                                          where_parameter,
                                          host_parameter,
                                          scope_parameter,
                                          from_parameter("-30d"),
                                          to_parameter,
                                          Parameter{.name = "flag",
                                                    .type = ParameterType::choice,
                                                    .sentence = "Only events of this kind.",
                                                    .choices = event_names},
                                          limit_parameter,
                                          cursor_parameter,
                                          zone_parameter,
                                          plan_parameter,
                                          table_format};

const std::array rows_of_events{Route{
    .method = "GET",
    .path = "/api/v1/events",
    .summary = "Gaps, resets, what was set aside, dropped or lost: the newest first, in pages.",
    .parameters = parameters_of_events,
    .work = Work::history,
    .answer = [](const Call& call) { return from_history(call, events); },
    .also = as_csv,
    .gives = [] { return fmt::format("{{from: time, to: time, next: text?, rows: [{}]}}", mark_shape); }}};

}  // namespace

std::span<const Route> event_routes() {
  return rows_of_events;
}

}  // namespace collector::web
