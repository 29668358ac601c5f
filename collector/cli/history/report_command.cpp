#include "collector/cli/history/report_command.h"

#include <chrono>
#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/cli/history/periods.h"
#include "collector/history/answers/year_plans.h"
#include "collector/history/report/report_forms.h"
#include "collector/history/report/year_report.h"

namespace collector {
namespace {

std::unexpected<HistoryMistake> no_report(Error error, int code) {
  return std::unexpected(HistoryMistake{std::move(error), code});
}

int year_at(const history::Zone& zone, history::Seconds moment) {
  return static_cast<int>(std::chrono::year_month_day(history::date_of(zone, moment)).year());
}

// As typed; else by the file's name.
std::string form_of_report(const ExportOptions& options) {
  if (!options.format.empty()) return options.format;
  const std::string name = options.output ? options.output->extension().native() : "";
  return name == ".md" || name == ".json" ? name.substr(1) : "html";
}

}  // namespace

std::expected<std::string, HistoryMistake> report_text(const Options& options,
                                                       const history::HistoryFile& file,
                                                       const HistorySetting& setting) {
  if (!options.history.from.empty() || !options.history.to.empty())
    return no_report({"a report is of a whole year", "collector report YEAR; export has --from and --to"},
                     exit_code::usage);
  const auto content = known_content(file);
  if (!content) return std::unexpected(content.error());
  HistoryOptions asked = options.history;
  asked.view = HistoryView::all;
  const auto question = understand(asked, *content, setting);
  if (!question) return no_report(question.error(), exit_code::usage);
  history::YearQuestion year{
      .year = options.exported.year != 0 ? options.exported.year : year_at(question->zone, question->now),
      .selection = question->selection,
      .of = question->host,
      .zone = question->zone,
      .now = question->now,
      .units = options.history.units,
      .plans = {}};
  auto plans = year_plans({.year = year.year,
                           .periods = periods_question(options.history, setting),
                           .host = options.history.host,
                           .interfaces = options.history.interfaces},
                          *content, file);
  if (!plans) return no_report(plans.error(), exit_code::usage);
  year.plans = std::move(*plans);
  const auto report = read_year(file, year);
  if (!report) return no_report(report.error(), exit_code::no_history);
  const std::string form = form_of_report(options.exported);
  return form == "md"     ? report_markdown(*report)
         : form == "json" ? report_json(*report)
                          : report_html(*report);
}

}  // namespace collector
