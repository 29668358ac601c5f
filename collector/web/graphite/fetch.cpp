#include "collector/web/graphite/fetch.h"

#include <algorithm>
#include <map>
#include <set>

#include "collector/web/picture_limits.h"
#include "collector/web/usage_cells.h"

namespace collector::web::graphite {
namespace {

// Names of one measurement, which one question answers.
struct OneQuestion {
  std::vector<const NameMatch*> names;
  std::set<std::size_t> series;
  std::vector<std::size_t> fields;  // each once
};

history::Selection selection_of(const NamedMeasurement& measurement, const OneQuestion& question) {
  history::Selection selection = measurement.selection;
  selection.fields.clear();
  for (const std::size_t field : question.fields)
    selection.fields.push_back(measurement.fields[field].name);
  // Only what its tags can be: what is not meant all the same is left out of the answer.
  for (std::size_t tag = 0; tag < measurement.tags.size(); ++tag) {
    std::set<std::string> values;
    for (const std::size_t series : question.series)
      values.insert(measurement.series[series][tag]);
    selection.filters.push_back({measurement.tags[tag], {values.begin(), values.end()}});
  }
  return selection;
}

std::optional<double> statistic_of(const history::HistoryField& field, std::size_t statistic,
                                   const history::UsageBucket& bucket, std::size_t index) {
  if (field.kind == FieldKind::gauge) {
    if (index >= bucket.readings.size() || !bucket.readings[index].is_known) return std::nullopt;
    const history::Reading& reading = bucket.readings[index];
    return statistic == 0 ? reading.mean : statistic == 1 ? reading.lowest : reading.highest;
  }
  const history::Amount& amount = bucket.fields.at(index);
  if (!amount.is_known) return std::nullopt;
  const auto sum = static_cast<double>(amount.sum);
  if (statistic == 1) return sum;
  if (statistic == 2) {
    const auto peak = peak_of(amount);
    return peak ? std::optional(static_cast<double>(*peak)) : std::nullopt;
  }
  // Of what was measured, as everywhere: half a column at full speed is full speed.
  const double seen = bucket.observed > 0 ? static_cast<double>(bucket.observed) / 1000
                                          : static_cast<double>(bucket.time.length().count());
  return seen > 0 ? std::optional(sum / seen) : std::nullopt;
}

// The column that a moment lies in; the first, where it lies before.
std::size_t column_of(const Edges& edges, history::Seconds moment) {
  const auto after = std::upper_bound(edges->begin() + 1, edges->end() - 1, moment);
  return static_cast<std::size_t>(after - edges->begin() - 1);
}

// Where only longer buckets are kept than the columns are, each column has the height of the bucket that it
// lies in; an amount stands once, in the column where its bucket begins.
void take_values(Line& line, const history::HistoryField& field, std::size_t statistic, std::size_t index,
                 const history::UsageGroup& group) {
  line.values.resize(line.edges->size() - 1);
  for (const history::UsageBucket& bucket : group.buckets) {
    const auto value = statistic_of(field, statistic, bucket, index);
    if (!value) continue;
    const std::size_t first = column_of(line.edges, bucket.time.start);
    if (line.measure == Measure::amount) {
      line.values[first] = line.values[first].value_or(0) + *value;
      continue;
    }
    const std::size_t last = column_of(line.edges, bucket.time.end - std::chrono::seconds(1));
    for (std::size_t column = first; column <= last; ++column)
      line.values[column] = *value;
  }
}

Line line_of(const NameMatch& name, std::size_t index, const history::UsageGroup& group, const Edges& edges) {
  const NamedMeasurement& measurement = *name.measurement;
  const history::HistoryField& field = measurement.fields[name.field];
  const std::string& statistic = name.nodes.back();
  Line line{.name = path_of(name.nodes),
            .path = path_of(name.nodes),
            .tags = {{"name", path_of(name.nodes)}, {"measurement", measurement.name}},
            .measure = statistic == "rate" || statistic == "peak" ? Measure::rate
                       : statistic == "sum"                       ? Measure::amount
                                                                  : Measure::level,
            .edges = edges};
  for (std::size_t tag = 0; tag < measurement.tags.size(); ++tag)
    line.tags.emplace_back(measurement.tags[tag], measurement.series[name.series][tag]);
  line.tags.emplace_back("field", field.name);
  line.tags.emplace_back("statistic", statistic);
  take_values(line, field, name.statistic, index, group);
  return line;
}

}  // namespace

Answered<Lines> fetch(Asked& asked, const std::vector<NameMatch>& names, const Edges& edges) {
  std::map<const NamedMeasurement*, OneQuestion> questions;
  for (const NameMatch& name : names) {
    OneQuestion& question = questions[name.measurement];
    question.names.push_back(&name);
    question.series.insert(name.series);
    if (std::ranges::find(question.fields, name.field) == question.fields.end())
      question.fields.push_back(name.field);
  }
  Lines lines;
  for (const auto& [measurement, question] : questions) {
    const auto answer = asked.file().usage({.selection = selection_of(*measurement, question),
                                            .edges = *edges,
                                            .limits = history::AnswerLimits{most_columns + 1, most_series}});
    if (!answer) return std::unexpected(asked.failed(answer.error()));
    for (const NameMatch* name : question.names) {
      const auto group =
          std::ranges::find(answer->groups, measurement->series[name->series], &history::UsageGroup::tags);
      const auto index = std::ranges::find(question.fields, name->field) - question.fields.begin();
      if (group != answer->groups.end())
        lines.push_back(line_of(*name, static_cast<std::size_t>(index), *group, edges));
    }
  }
  std::ranges::sort(lines, {}, &Line::name);
  return lines;
}

}  // namespace collector::web::graphite
