#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/access/access.h"
#include "collector/core/units.h"
#include "collector/formats/json_text.h"
#include "collector/web/answer_table.h"
#include "collector/web/json_body.h"
#include "collector/web/paging.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"

namespace collector::web {
namespace {

http::Response token_problem(const Call& call, const Problem& problem) {
  return problem_response(problem, call.request.path);
}

// An error of the file names it, which is for the log and the commands.
Problem access_file_problem() {
  return {.status = 503,
          .type = "access-file",
          .title = "tokens can't be read or changed now",
          .detail = "`collector token list`, run where the collector runs, says why",
          .errors = {},
          .headers = {{"Retry-After", "10"}}};
}

std::string token_time(const std::optional<WallTime>& time) {
  return time ? fmt::format("{}", unix_seconds(*time)) : "null";
}

constexpr std::string_view token_shape =
    "name: text, id: text, role: text, tenant: text?, hosts: [text], created: time, expires: time?, used: "
    "time?";

std::string token_json(const TokenRecord& token) {
  return fmt::format(
      R"({{"name":{},"id":{},"role":{},"tenant":{},"hosts":{},"created":{},"expires":{},"used":{}}})",
      json_string(token.name), json_string(token.id), json_string(name_of(token.role)),
      token.tenant.empty() ? "null" : json_string(token.tenant), json_strings(token.hosts),
      unix_seconds(token.created), token_time(token.expires), token_time(token.used));
}

AnswerTable token_table(const std::vector<TokenRecord>& tokens) {
  AnswerTable table{{"name", "id", "role", "tenant", "hosts", "created", "expires", "used"}, {}};
  const auto seconds_of = [](const std::optional<WallTime>& time) {
    return time ? TableCell(unix_seconds(*time)) : TableCell();
  };
  for (const TokenRecord& token : tokens)
    table.rows.push_back({token.name, token.id, std::string(name_of(token.role)), token.tenant, token.hosts,
                          unix_seconds(token.created), seconds_of(token.expires), seconds_of(token.used)});
  return table;
}

http::Response list_all(const Call& call) {
  auto tokens = call.sources.access->tokens();
  if (!tokens) return token_problem(call, access_file_problem());
  auto mistakes = call.mistakes;
  auto begin = tokens->begin();
  if (call.values.has("cursor")) {
    const auto parts = page_parts(call, 1);
    if (parts) begin = std::ranges::find(*tokens, parts->front(), &TokenRecord::name);
    if (!parts || begin == tokens->end())
      mistakes.push_back({"cursor", call.values.text("cursor"), "is of no page", ""});
    else
      ++begin;
  }
  if (!mistakes.empty()) return token_problem(call, parameter_problem(std::move(mistakes)));
  const auto rest = static_cast<std::size_t>(tokens->end() - begin);
  const auto most = static_cast<std::size_t>(call.values.integer("limit"));
  const std::vector<TokenRecord> page(begin, begin + static_cast<std::ptrdiff_t>(std::min(most, rest)));
  const std::string cursor = rest > most ? page_cursor(call, {page.back().name}) : "";
  http::Response response;
  if (wants_csv(call)) {
    response = table_response(call, token_table(page));
  } else {
    std::string list;
    for (const TokenRecord& token : page)
      list += (list.empty() ? "" : ",") + token_json(token);
    response = {.type = "application/json",
                .body = fmt::format("{{\"next\":{},\"tokens\":[{}]}}\n",
                                    cursor.empty() ? "null" : json_string(cursor), list)};
  }
  if (!cursor.empty()) response.headers.push_back(next_link(call, cursor));
  return response;
}

constexpr std::array<std::string_view, 6> role_names{"viewer", "operator",  "admin",
                                                     "agent",  "forwarder", "ingest"};
constexpr std::array token_members{
    Parameter{.name = "name", .sentence = "Of no other token.", .required = true},
    Parameter{.name = "role",
              .type = ParameterType::choice,
              .sentence = "What it is for.",
              .default_text = "viewer",
              .choices = role_names},
    Parameter{.name = "tenant", .sentence = "Whose data alone it sees."},
    Parameter{.name = "hosts", .type = ParameterType::texts, .sentence = "Names or patterns of hosts; all."},
    Parameter{.name = "expires", .sentence = "How long it lasts: 90d, 12h; without it for ever."}};

NewToken wanted_token(JsonBody& body) {
  NewToken wanted{.name = body.text("name"), .tenant = body.text("tenant"), .hosts = body.texts("hosts")};
  if (const auto mistake = mistake_in_access_name(wanted.name)) body.reject("name", mistake->what, "phone");
  if (!wanted.tenant.empty() && mistake_in_access_name(wanted.tenant)) body.reject("tenant", "is not a name");
  if (std::ranges::any_of(wanted.hosts,
                          [](const auto& host) { return mistake_in_host_pattern(host).has_value(); }) ||
      wanted.hosts.size() > most_host_patterns)
    body.reject("hosts", fmt::format("are not up to {} names or patterns", most_host_patterns));
  wanted.role = role_named(body.text("role")).value_or(Role::viewer);
  if (const std::string text = body.text("expires"); !text.empty()) {
    const auto lasts = parse_duration(text, "d");
    if (lasts) wanted.lasts = *lasts;
    if (!lasts || !check_token({.name = "any", .lasts = wanted.lasts}))
      body.reject("expires", "is not for how long, a second to a hundred years", "90d");
  }
  return wanted;
}

http::Response add_one(const Call& call) {
  JsonBody body(call.request.body, token_members, call.mistakes);
  const NewToken wanted = wanted_token(body);
  if (const auto problem = body.problem()) return token_problem(call, *problem);
  Access& access = *call.sources.access;
  const auto before = access.tokens();
  if (!before) return token_problem(call, access_file_problem());
  if (std::ranges::find(*before, wanted.name, &TokenRecord::name) != before->end())
    return token_problem(call, {.status = 409,
                                .type = "taken",
                                .title = "there is a token of that name already",
                                .detail = "take another name, or remove that one first"});
  const auto made = access.add(wanted);
  if (!made) return token_problem(call, access_file_problem());
  std::string json = token_json(made->record);
  json.insert(json.size() - 1, ",\"token\":" + json_string(made->text));
  return {.type = "application/json", .body = json + "\n"};
}

http::Response remove_one(const Call& call) {
  if (!call.mistakes.empty()) return token_problem(call, parameter_problem(call.mistakes));
  Access& access = *call.sources.access;
  const std::string& name = call.values.text("name");
  const auto before = access.tokens();
  if (!before) return token_problem(call, access_file_problem());
  if (std::ranges::find(*before, name, &TokenRecord::name) == before->end())
    return token_problem(call, {.status = 404,
                                .type = "token",
                                .title = "there is no token of that name",
                                .detail = "GET /api/v1/tokens lists them"});
  if (!access.remove(name)) return token_problem(call, access_file_problem());
  return {.type = "application/json", .body = fmt::format("{{\"removed\":{}}}\n", json_string(name))};
}

constexpr std::array list_parameters{limit_parameter, cursor_parameter, table_format};
constexpr std::array remove_parameters{
    Parameter{.name = "name", .sentence = "The token's name.", .required = true},
};

constexpr std::array taken_names{409U};
constexpr std::array unknown_names{404U};

// All of them on the worker: they read or write the file.
const std::array token_rows{
    Route{.method = "GET",
          .path = "/api/v1/tokens",
          .needs = Permission::administer,
          .summary = "All tokens: names, roles, limits, last use. Never the tokens themselves.",
          .parameters = list_parameters,
          .work = Work::history,
          .answer = list_all,
          .also = as_csv,
          .gives = [] { return fmt::format("{{next: text?, tokens: [{{{}}}]}}", token_shape); }},
    Route{
        .method = "POST",
        .path = "/api/v1/tokens",
        .needs = Permission::administer,
        .summary =
            "A new token, which is told only now: {\"name\", \"role\", \"expires\", \"hosts\", \"tenant\"}.",
        .work = Work::history,
        .answer = add_one,
        .body = 32 * 1024,
        .members = token_members,
        .gives = [] { return fmt::format("{{{}, token: text}}", token_shape); },
        .fails = taken_names},
    Route{.method = "DELETE",
          .path = "/api/v1/tokens",
          .needs = Permission::administer,
          .summary = "Removes a token: it is no longer let in, and its streams are closed.",
          .parameters = remove_parameters,
          .work = Work::history,
          .answer = remove_one,
          .gives = [] { return std::string("{removed: text}"); },
          .fails = unknown_names},
};

}  // namespace

std::span<const Route> token_routes() {
  return token_rows;
}

}  // namespace collector::web
