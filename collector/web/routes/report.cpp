// A year on a page.
#include <fmt/format.h>

#include <array>

#include "collector/history/answers/year_plans.h"
#include "collector/history/report/report_forms.h"
#include "collector/history/report/year_report.h"
#include "collector/web/asked.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"

namespace collector::web {
namespace {

std::string subject_of(const history::HistoryContent& content, const Values& values) {
  if (values.has("host")) return values.text("host");
  return content.hosts.size() == 1 ? content.hosts.front() : fmt::format("{} hosts", content.hosts.size());
}

// What the year is held against.
Answered<std::vector<history::YearPlan>> plans_of_year(Asked& asked, const history::HistoryContent& content) {
  const Values& values = asked.call().values;
  YearPlansQuestion question{.year = static_cast<int>(values.integer("year")),
                             .periods = {.now = asked.now(),
                                         .plans = asked.plans(),
                                         .this_host = asked.call().sources.configuration()->host,
                                         .plan = values.text("plan")},
                             .host = values.text("host")};
  // Plans that only the history remembers may be about anybody.
  if (!asked.call().caller.hosts.empty() && asked.plans().empty()) return std::vector<history::YearPlan>{};
  if (!asked.call().caller.hosts.empty()) question.periods.plan = asked.plans().front().name;
  auto plans = year_plans(question, content, asked.file());
  if (!plans) return std::unexpected(asked.failed(plans.error()));
  return std::move(*plans);
}

// By the parameter, else by Accept.
std::string report_form(const Call& call) {
  if (call.request.query.contains("format")) return call.values.text("format");
  if (call.type == "application/json") return "json";
  return call.type == "text/markdown" ? "md" : "html";
}

// report_json() writes it (history/report).
constexpr std::string_view report_shape = R"({year: integer, of: text, zone: text, from: text, to: text,
  is_over: boolean, as_of: text?, total: {received: amount, sent: amount}, measured: number,
  against_last_year: number?,
  days: [{date: text, received: amount, sent: amount, observed_seconds: integer, flags: [text]}],
  months: [{start: text, end: text, received: amount, sent: amount, cost?: text}],
  plans: [{name: text, zone: text, about: text, counts: text, quota: amount?, costs: [text],
           periods_not_told: integer,
           periods: [{start: text, end: text, received: amount, sent: amount, state: text, used: amount,
                      quota: amount?, over_plan: boolean, cost?: text}]}],
  week: [[amount?]], interfaces: [{name: text, kind: text, received: amount, sent: amount}],
  records: {busiest_second?: {bytes_per_second: amount, at: text},
            percentile_95?: {bytes_in_300_s: amount, coverage: number}},
  ledger: {received: amount, sent: amount, imported: amount, set_aside: amount, days_with_gap: integer, days_recovered: integer,
           days_reset: integer, days_clock_set: integer, days_not_measured: integer},
  remarks: [text]})";

Answered<http::Response> report(Asked& asked) {
  auto selection = asked.traffic();
  if (!selection) return std::unexpected(selection.error());
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  const Values& values = asked.call().values;
  auto plans = plans_of_year(asked, **content);
  if (!plans) return std::unexpected(plans.error());
  const auto year = history::read_year(
      asked.file(), {.year = static_cast<int>(values.integer("year")),
                     .selection = std::move(*selection),
                     .of = subject_of(**content, values),
                     .zone = asked.zone(),
                     .now = asked.now(),
                     .units = values.text("units") == "iec" ? AmountUnits::iec : AmountUnits::si,
                     .plans = std::move(*plans)});
  if (!year) return std::unexpected(asked.failed(year.error()));
  const std::string format = report_form(asked.call());
  if (format == "json") return http::Response{.type = "application/json", .body = report_json(*year)};
  if (format == "md")
    return http::Response{.type = "text/markdown; charset=utf-8", .body = report_markdown(*year)};
  // Its only style is named by its hash; nothing of it may run or be framed.
  return http::Response{
      .type = "text/html; charset=utf-8",
      .body = report_html(*year),
      .headers = {{"Content-Security-Policy",
                   fmt::format("default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'none'; "
                               "frame-ancestors 'none'; sandbox",
                               history::report_style_hash())}}};
}

constexpr std::array<std::string_view, 3> report_formats{"html", "md", "json"};
constexpr std::array<std::string_view, 2> unit_names{"si", "iec"};
constexpr std::array<std::string_view, 2> report_also{"text/markdown", "application/json"};
constexpr std::array parameters_of_report{Parameter{.name = "year",
                                                    .type = ParameterType::integer,
                                                    .sentence = "The calendar year.",
                                                    .required = true,
                                                    .minimum = 1970,
                                                    .maximum = 9998,
                                                    .in_path = true},
                                          Parameter{.name = "format",
                                                    .type = ParameterType::choice,
                                                    .sentence = "The form of the answer.",
                                                    .default_text = "html",
                                                    .choices = report_formats},
                                          Parameter{.name = "units",
                                                    .type = ParameterType::choice,
                                                    .sentence = "GB, or GiB.",
                                                    .default_text = "si",
                                                    .choices = unit_names},
                                          host_parameter,
                                          plan_parameter,
                                          zone_parameter};

const std::array rows_of_report{Route{.method = "GET",
                                      .path = "/api/v1/report/{year}",
                                      .summary = "The report of a year: one page without script that prints.",
                                      .parameters = parameters_of_report,
                                      .work = Work::history,
                                      .answer = [](const Call& call) { return from_history(call, report); },
                                      .type = "text/html",
                                      .also = report_also,
                                      .gives = [] { return std::string(report_shape); }}};

}  // namespace

std::span<const Route> report_routes() {
  return rows_of_report;
}

}  // namespace collector::web
