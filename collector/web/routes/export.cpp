// All that is stored of a time, in the forms that other programs read.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "collector/history/export/export_range.h"
#include "collector/web/asked.h"
#include "collector/web/export_stream.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/vnstat_answer.h"

namespace collector::web {
namespace {

using history::ExportForm;

struct FormRow {
  std::string_view name;
  ExportForm form;
  std::string_view type;
};
constexpr std::array<FormRow, 5> forms{{{"csv", ExportForm::csv, "text/csv; charset=utf-8"},
                                        {"ndjson", ExportForm::ndjson, "application/x-ndjson"},
                                        {"json", ExportForm::json, "application/json"},
                                        {"md", ExportForm::markdown, "text/markdown; charset=utf-8"},
                                        {"toon", ExportForm::toon, "text/plain; charset=utf-8"}}};
// Its rows wait until all of them are counted.
constexpr std::size_t most_toon_buckets = 5'000;

constexpr std::string_view export_shape =
    R"({measurement: text, from: text, to: text, zone: text, bucket: text,
  rows: [{*: any}], total: {*: any}, rows_count: integer, buckets: integer, buckets_not_measured: integer,
  interfaces: [text], levels: [text], as_of: text?, moved_edges: [{wanted: text, used: text, kept: text}],
  coarser: [{kept: text, from: text, to: text, edges: integer}], hosts_left_out: [text], saturated?: [text]})";

std::string file_name(const std::string& measurement, std::string_view form) {
  std::string name = "collector-";
  for (const char c : measurement)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
  return fmt::format("{}.{}", name, form);
}

// By the parameter, else by Accept.
std::string form_wanted(const Call& call) {
  if (!call.request.query.contains("format"))
    for (const FormRow& row : forms)
      if (row.type.starts_with(call.type)) return std::string(row.name);
  return call.values.text("format");
}

Answered<http::Response> export_range_of(Asked& asked) {
  const Values& values = asked.call().values;
  const std::string wanted = form_wanted(asked.call());
  const auto range = asked.range();
  if (!range) return std::unexpected(range.error());
  if (wanted == "vnstat") {
    if (values.text("measurement") != "net")
      asked.mistaken("measurement", "vnStat's form is of traffic", "net");
    return vnstat_answer(asked, values.text("from") == "all" ? std::nullopt : std::optional(*range));
  }
  auto of = asked.selection();
  if (!of) return std::unexpected(of.error());
  if (!values.has("by") && of->selection.measurement == "net")
    of->selection.by = history::GroupBy::interface;
  else if (!values.has("by"))
    of->selection.by_tags = of->tags;
  const history::ExportQuestion question{.selection = of->selection,
                                         .range = *range,
                                         .buckets = asked.bucketing(values.text("bucket")),
                                         .zone = asked.zone(),
                                         .now = asked.now(),
                                         .fields = of->fields};
  if (wanted == "toon") {
    const auto content = asked.content();
    if (!content) return std::unexpected(content.error());
    const auto known = history::export_range(**content, *range, asked.zone(), question.buckets, asked.now());
    if (history::bucket_edges(asked.zone(), known, question.buckets).size() > most_toon_buckets)
      asked.mistaken("format", fmt::format("toon is for {} buckets at most", most_toon_buckets), "ndjson");
  }
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  const FormRow& form = *std::ranges::find(forms, wanted, &FormRow::name);
  const auto stream = std::make_shared<ExportStream>(
      asked.call().sources, form.form, values.text("units") == "iec" ? AmountUnits::iec : AmountUnits::si);
  if (auto begun = stream->begin(asked.file(), question); !begun)
    return std::unexpected(asked.failed(begun.error()));
  return http::Response{
      .type = std::string(form.type),
      .headers = {{"Content-Disposition", fmt::format("attachment; filename=\"{}\"",
                                                      file_name(of->selection.measurement, form.name))}},
      .parts = [stream](const http::TakePart& take) { stream->make(take); }};
}

Answered<http::Response> vnstat(Asked& asked) {
  return vnstat_answer(asked, std::nullopt);
}

constexpr std::array<std::string_view, 6> export_formats{"csv", "ndjson", "json", "vnstat", "toon", "md"};
constexpr std::array<std::string_view, 4> export_also{"application/x-ndjson", "application/json",
                                                      "text/markdown", "text/plain"};
constexpr std::array<std::string_view, 2> export_units{"si", "iec"};
constexpr std::array parameters_of_export{Parameter{.name = "format",
                                                    .type = ParameterType::choice,
                                                    .sentence = "The form of the answer.",
                                                    .default_text = "csv",
                                                    .choices = export_formats},
                                          measurement_parameter,
                                          field_parameter,
                                          by_parameter,
                                          where_parameter,
                                          host_parameter,
                                          scope_parameter,
                                          from_parameter("all"),
                                          to_parameter,
                                          Parameter{.name = "bucket",
                                                    .type = ParameterType::choice,
                                                    .sentence = "How long a row is.",
                                                    .default_text = "day",
                                                    .choices = bucket_names},
                                          Parameter{.name = "units",
                                                    .type = ParameterType::choice,
                                                    .sentence = "Of md, which is for people: GB, or GiB.",
                                                    .default_text = "si",
                                                    .choices = export_units},
                                          zone_parameter,
                                          plan_parameter};
constexpr std::array parameters_of_vnstat{host_parameter, zone_parameter};

const std::array rows_of_export{
    Route{.method = "GET",
          .path = "/api/v1/export",
          .summary =
              "All that is stored of a time, sent as it is read; a bucket that was not measured has no row.",
          .parameters = parameters_of_export,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, export_range_of); },
          .type = "text/csv",
          .also = export_also,
          .gives = [] { return fmt::format("{}|{}", export_shape, vnstat_shape); }},
    Route{.method = "GET",
          .path = "/vnstat.json",
          .summary = "What `vnstat --json` prints (format 2), for widgets that read that.",
          .parameters = parameters_of_vnstat,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, vnstat); },
          .gives = [] { return std::string(vnstat_shape); }}};

}  // namespace

std::span<const Route> export_routes() {
  return rows_of_export;
}

}  // namespace collector::web
