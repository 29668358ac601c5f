// What this collector is, and what the caller may do.
#include <array>

#include "collector/core/version.h"
#include "collector/web/answer_table.h"
#include "collector/web/flat_answer.h"
#include "collector/web/history_access.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"
#include "collector/web/visible.h"

namespace collector::web {
namespace {

using Capability = std::pair<std::string_view, bool>;

void append_limits(JsonAnswer& out, const Configuration& configuration) {
  const WebConfiguration web = configuration.web.value_or(WebConfiguration{});
  out.key("limits")
      .open('{')
      .member("columns", 4000)
      .member("series", 64)
      .member("rows", 1000)
      .member("question_ms", 250)
      .member("sockets", web.sockets)
      .member("requests_per_second", web.requests_per_second)
      .member("burst", web.burst)
      .close('}');
}

void append_access(JsonAnswer& out, const Caller& caller) {
  out.key("access").open('{');
  out.key("role");
  caller.role ? out.item(name_of(*caller.role)) : out.item(nullptr);
  out.member("anonymous", caller.is_anonymous).member("name", caller.name).member("hosts", caller.hosts);
  for (const auto& [name, permission] : {std::pair{"read", Permission::read},
                                         {"operate", Permission::operate},
                                         {"administer", Permission::administer}})
    out.member(name, caller.may(permission));
  out.close('}');
}

constexpr std::string_view about_shape =
    "{version: text, api: \"v1\", host: text?, time: time, capabilities: {*: boolean}, interval_ms: integer, "
    "timezone: text, plans: [text], units: {amounts: text, rates: text}, limits: {columns: integer, "
    "series: integer, rows: integer, question_ms: integer, sockets: integer, requests_per_second: integer, "
    "burst: integer}, access: {role: text?, anonymous: boolean, name: text, hosts: [text], read: boolean, "
    "operate: boolean, administer: boolean}}";

http::Response about(const Call& call) {
  const auto configuration = call.sources.configuration();
  bool has_history = false;
  for (const SinkConfiguration& sink : configuration->sinks)
    has_history |= sink.type == "sqlite";
  JsonAnswer out;
  out.open('{').member("version", version()).member("api", "v1");
  out.member("host",
             sees_host(call.caller, configuration->host) ? std::optional(configuration->host) : std::nullopt);
  out.member("time", call.sources.now().time_since_epoch().count());
  out.key("capabilities").open('{');
  for (const auto& [name, is_there] :
       {Capability{"history", has_history}, Capability{"stream", true},
        Capability{"plans", !configuration->plans.empty()}, Capability{"applications", false},
        Capability{"fleet", false}, Capability{"alerts", false}})
    out.member(name, is_there);
  out.close('}');
  out.member("interval_ms",
             std::chrono::duration_cast<std::chrono::milliseconds>(configuration->interval).count());
  out.member("timezone", zone_in_force(*configuration));
  out.key("plans").open('[');
  for (const BillingPlan& plan : call.sources.plans(*configuration))
    if (sees_plan(call.caller, plan, configuration->host)) out.item(plan.name);
  out.close(']');
  out.key("units").open('{').member("amounts", "bytes").member("rates", "units a second").close('}');
  append_limits(out, *configuration);
  append_access(out, call.caller);
  return object_response(call, std::move(out.close('}')));
}

constexpr std::array about_parameters{table_format};

const std::array rows_of_about{Route{.method = "GET",
                                     .path = "/api/v1",
                                     .summary = "What this collector is, and what the caller may do.",
                                     .parameters = about_parameters,
                                     .answer = about,
                                     .also = as_csv,
                                     .gives = [] { return std::string(about_shape); }}};

}  // namespace

std::span<const Route> about_routes() {
  return rows_of_about;
}

}  // namespace collector::web
