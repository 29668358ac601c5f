#include "collector/cli/history/export_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/core/plural.h"
#include "collector/history/export/usage_export.h"
#include "collector/history/export/vnstat_export.h"
#include "collector/history/figures.h"
#include "collector/history/time_text.h"
#include "config/suggest.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::ExportForm;
using history::GroupBy;

constexpr std::array<std::pair<std::string_view, ExportForm>, 5> forms{{{"csv", ExportForm::csv},
                                                                        {"ndjson", ExportForm::ndjson},
                                                                        {"json", ExportForm::json},
                                                                        {"md", ExportForm::markdown},
                                                                        {"toon", ExportForm::toon}}};
constexpr std::array<std::pair<std::string_view, BucketUnit>, 6> lengths{{{"5m", BucketUnit::five_minutes},
                                                                          {"hour", BucketUnit::hour},
                                                                          {"day", BucketUnit::day},
                                                                          {"week", BucketUnit::week},
                                                                          {"month", BucketUnit::month},
                                                                          {"year", BucketUnit::year}}};
constexpr std::array<std::pair<std::string_view, GroupBy>, 3> groups{
    {{"interface", GroupBy::interface}, {"host", GroupBy::host}, {"total", GroupBy::none}}};

template <typename Value, std::size_t size>
std::optional<Value> named(const std::array<std::pair<std::string_view, Value>, size>& words,
                           std::string_view word) {
  for (const auto& [name, value] : words)
    if (name == word) return value;
  return std::nullopt;
}

std::unexpected<HistoryMistake> wrong_usage(std::string what, std::string remedy) {
  return std::unexpected(HistoryMistake{{std::move(what), std::move(remedy)}, exit_code::usage});
}

// As typed; else by the file's name.
std::string format_of(const ExportOptions& options) {
  if (!options.format.empty()) return options.format;
  const std::string name = options.output ? options.output->extension().native() : "";
  if (name == ".jsonl") return "ndjson";
  if (!name.empty() && named(forms, name.substr(1))) return name.substr(1);
  return "csv";
}

// How long rows are, and whose.
std::expected<void, HistoryMistake> cut_export(const ExportOptions& options, HistoryQuestion& question) {
  question.buckets.unit = BucketUnit::day;
  question.selection.by = GroupBy::interface;
  int times = 0;
  int of = 0;
  for (const std::string& by : options.by) {
    if (const auto length = named(lengths, by)) {
      question.buckets.unit = *length;
      ++times;
    } else if (const auto group = named(groups, by)) {
      question.selection.by = *group;
      ++of;
    }
  }
  if (times > 1 || of > 1)
    return wrong_usage(
        fmt::format("--by {}: rows have one length, and are of one thing", fmt::join(options.by, ",")),
        "as --by hour,interface");
  return {};
}

std::string buckets_in_words(std::uint64_t count, BucketUnit unit) {
  if (unit == BucketUnit::five_minutes) return counted(count, "five minutes", "times five minutes");
  return counted(count, history::name_of(unit));
}

std::vector<std::string> remarks_on_export(const history::ExportTail& tail, const HistoryQuestion& question) {
  history::UsageAnswer answer;
  answer.moved = tail.moved.ends;
  answer.without_uplink = tail.without_uplink;
  answer.ahead = tail.ahead;
  if (tail.as_of && *tail.as_of < question.range.end) answer.as_of = tail.as_of;
  auto remarks = remarks_on(answer, question.zone, question.now);
  for (const std::string& column : tail.saturated)
    remarks.push_back(saturated_text(column));
  if (!question.is_usual_range)
    if (auto begins = beginning_text(question, question.range)) remarks.push_back(std::move(*begins));
  for (const history::CoarserRows& rows : tail.moved.coarser)
    remarks.push_back(fmt::format("{} to {}: only {} is kept; rows there are as long as that",
                                  moment_text(question.zone, rows.time.start),
                                  moment_text(question.zone, rows.time.end), rows.level));
  if (tail.unknown > 0)
    remarks.push_back(fmt::format("{} of {} not measured: no rows of them", tail.unknown,
                                  buckets_in_words(tail.buckets, question.buckets.unit)));
  return remarks;
}

// Beside net, which every history may have.
std::expected<history::HistoryMeasurement, HistoryMistake> measurement_named(
    const std::string& name, const history::HistoryFile& file) {
  auto measurements = file.measurements();
  if (!measurements) return std::unexpected(HistoryMistake{measurements.error(), exit_code::no_history});
  const auto found = std::ranges::find(*measurements, name, &history::HistoryMeasurement::name);
  if (found != measurements->end()) return std::move(*found);
  std::vector<std::string_view> names;
  for (const history::HistoryMeasurement& each : *measurements)
    names.push_back(each.name);
  return wrong_usage(fmt::format("{}: the history has no such measurement", name),
                     suggest(name, names, "it has") + "; what is new comes with the next flush");
}

// All fields of another measurement, of each of its series unless --by says of what.
void choose_measurement(const history::HistoryMeasurement& measurement, history::ExportQuestion& question) {
  question.selection.measurement = measurement.name;
  question.selection.fields.clear();
  question.fields = measurement.fields;
  for (const history::HistoryField& field : measurement.fields)
    question.selection.fields.push_back(field.name);
  if (question.selection.by == GroupBy::interface) question.selection.by_tags = measurement.tags;
  if (question.selection.by == GroupBy::host) question.selection.by_tags = {"host"};
  question.selection.by = GroupBy::none;
}

std::expected<std::vector<std::string>, HistoryMistake> export_vnstat(const Options& options,
                                                                      const HistoryQuestion& question,
                                                                      const history::HistoryContent& content,
                                                                      const history::HistoryFile& file,
                                                                      const history::ExportOutput& output) {
  if (!options.exported.by.empty())
    return wrong_usage("--by is not for --format vnstat, which has every length", "leave it out");
  if (options.history.host.empty() && content.hosts.size() > 1)
    return wrong_usage("--format vnstat knows one host, and the history has several",
                       fmt::format("--host names one of {}", fmt::join(content.hosts, ", ")));
  history::VnstatQuestion asked{
      .selection = question.selection, .range = {}, .zone = question.zone, .now = question.now};
  if (!question.is_usual_range) asked.range = question.range;
  const auto text = vnstat_json(file, asked);
  if (!text) return std::unexpected(HistoryMistake{text.error(), exit_code::no_history});
  if (auto written = output(*text); !written)
    return std::unexpected(HistoryMistake{written.error(), exit_code::internal});
  const history::Interval all = content.time.value_or(question.range);
  const auto total = file.usage({.selection = question.selection, .edges = {all.start, all.end}});
  if (!total) return std::unexpected(HistoryMistake{total.error(), exit_code::no_history});
  std::vector<std::string> remarks;
  for (const std::string& field : saturated_fields(*total))
    remarks.push_back(saturated_text(field));
  return remarks;
}

}  // namespace

std::expected<std::vector<std::string>, HistoryMistake> export_history(const Options& options,
                                                                       const history::HistoryFile& file,
                                                                       const HistorySetting& setting,
                                                                       const history::ExportOutput& output) {
  const std::string format = format_of(options.exported);
  if (options.history.units == AmountUnits::iec && format != "md")
    return wrong_usage(fmt::format("--units is for people: {} has exact bytes", format),
                       "leave it out, or take --format md");
  const std::string& name = options.exported.measurement;
  std::optional<history::HistoryMeasurement> other;
  if (name != "net") {
    if (format == "vnstat")
      return wrong_usage("--format vnstat is of traffic", "leave --measurement out, or take another format");
    auto found = measurement_named(name, file);
    if (!found) return std::unexpected(found.error());
    other = std::move(*found);
  }
  const auto content = known_content(file, name);
  if (!content) return std::unexpected(content.error());
  HistoryOptions asked = options.history;
  asked.view = HistoryView::all;
  auto question = understand(asked, *content, setting);
  if (!question) return std::unexpected(HistoryMistake{question.error(), exit_code::usage});
  if (auto cut = cut_export(options.exported, *question); !cut) return std::unexpected(cut.error());
  history::ExportQuestion exported{.selection = question->selection,
                                   .range = question->range,
                                   .buckets = question->buckets,
                                   .zone = question->zone,
                                   .now = question->now};
  if (other) choose_measurement(*other, exported);
  if (format == "vnstat") return export_vnstat(options, *question, *content, file, output);

  bool is_unwritten = false;  // it is the output that failed, not the history
  const auto writer = history::make_export_writer(named(forms, format).value_or(ExportForm::csv),
                                                  options.history.units, [&](std::string_view text) {
                                                    auto written = output(text);
                                                    is_unwritten = !written;
                                                    return written;
                                                  });
  const auto tail = history::export_usage(file, exported, *writer);
  if (!tail)
    return std::unexpected(
        HistoryMistake{tail.error(), is_unwritten ? exit_code::internal : exit_code::no_history});
  return remarks_on_export(*tail, *question);
}

}  // namespace collector
