// All of the first screen in one bounded answer.
#include <fmt/format.h>

#include <array>

#include "collector/core/version.h"
#include "collector/web/asked.h"
#include "collector/web/first_screen.h"
#include "collector/web/flat_answer.h"
#include "collector/web/history_access.h"
#include "collector/web/present_answer.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"
#include "collector/web/standing_answer.h"
#include "collector/web/usage_cells.h"
#include "collector/web/visible.h"

namespace collector::web {
namespace {

// What is known without a history.
void append_present(JsonAnswer& out, const Call& call) {
  const auto configuration = call.sources.configuration();
  const bool sees_this = sees_host(call.caller, configuration->host);
  out.member("version", version())
      .member("host", sees_this ? std::optional(configuration->host) : std::nullopt);
  out.member("time", unix_time(call.sources.now())).member("anonymous", call.caller.is_anonymous);
  out.key("now");
  if (const auto snapshot = call.sources.latest(); sees_this && snapshot)
    append_now(out, *snapshot);
  else
    out.item(nullptr);
  append_sinks(out.key("sinks"), visible_status(call.caller, sees_this ? call.sources.status() : Status{}));
}

// Live values alone, and why.
http::Response without_history(const Call& call, const Problem& why) {
  JsonAnswer out;
  out.open('{');
  append_present(out, call);
  out.member("zone", zone_in_force(*call.sources.configuration())).key("history").item(nullptr);
  out.member("explain", why.detail.empty() ? why.title : why.detail);
  for (const char* part : {"today", "period", "week", "ledger", "strip"})
    out.key(part).item(nullptr);
  out.key("interfaces").open('[').close(']');
  return object_response(call, std::move(out.close('}')));
}

constexpr std::string_view overview_shape = R"({{
  version: text, host: text?, time: time, anonymous: boolean,
  now: {{time: time, received: amount, sent: amount,
         interfaces: [{{interface: text, counts: boolean, received: amount, sent: amount}}]}}?,
  sinks: [{{name: text, type: text, state: "good"|"bad"|"late", words: text}}],
  zone: text, history: {{from: time, to: time}}?, explain: text?,
  today: {{from: time, to: time, received: amount, sent: amount, usual_by_now: amount?, usual: amount?,
           hours: [{{start: time, end: time, received: amount, sent: amount, usual: amount?}}]}}?,
  period: {{{standing}, course: [[amount]]}}?,
  interfaces: [{{host: text, interface: text, kind: text, inside: text?, counts: boolean, share: number?,
                 received: amount, sent: amount, spark: [amount]}}],
  ledger: {{from: time, to: time, moved: amount, stored: amount, set_aside: amount, dropped: amount,
            refused: amount, imported: amount, whole: boolean, uncounted: integer, sentences: [text],
            off: [text]}}?,
  week: {{weeks: integer, mean: [amount?]}}?,
  strip: {{start: time, step: integer, count: integer, sum: [amount?], seen: [integer]}}?}})";

Answered<http::Response> overview_of(Asked& asked) {
  const auto traffic = asked.traffic();
  if (!traffic) return std::unexpected(traffic.error());
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  JsonAnswer out;
  out.open('{');
  append_present(out, asked.call());
  out.member("zone", asked.zone().name()).key("history");
  if (const auto& time = (*content)->time)
    out.open('{').member("from", unix_time(time->start)).member("to", unix_time(time->end)).close('}');
  else
    out.item(nullptr);
  out.key("explain");
  (*content)->time ? out.item(nullptr) : out.item("the first rows are stored after a minute");
  for (auto* const append : {append_today, append_period, append_week, append_strip})
    if (auto done = append(out, asked, *traffic); !done) return std::unexpected(done.error());
  return object_response(asked.call(), std::move(out.close('}')));
}

http::Response overview(const Call& call) {
  return from_history(call, overview_of, without_history);
}

constexpr std::array parameters_of_overview{host_parameter, zone_parameter, plan_parameter, table_format};

const std::array rows_of_overview{Route{
    .method = "GET",
    .path = "/api/v1/overview",
    .summary = "All of the first screen: now, today with what is usual, the period with its forecast, when, "
               "through what, the ledger, the sinks, and a strip of the whole history.",
    .parameters = parameters_of_overview,
    .work = Work::history,
    .answer = overview,
    .also = as_csv,
    .gives = [] { return fmt::format(overview_shape, fmt::arg("standing", standing_shape)); }}};

}  // namespace

std::span<const Route> overview_routes() {
  return rows_of_overview;
}

}  // namespace collector::web
