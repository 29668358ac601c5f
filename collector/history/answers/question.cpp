#include "collector/history/answers/question.h"

#include "collector/history/time_text.h"

namespace collector {

std::optional<std::string> beginning_text(const HistoryQuestion& question, const history::Interval& range) {
  if (question.known_from <= range.start) return std::nullopt;
  return "the history begins " + moment_text(question.zone, question.known_from);
}

history::UsageQuery query_of(const HistoryQuestion& question) {
  return {.selection = question.selection,
          .edges = history::bucket_edges(question.zone, question.range, question.buckets)};
}

history::UsageQuery query_of(const HistoryQuestion& question, const history::Interval& range) {
  return {.selection = question.selection, .edges = {range.start, range.end}};
}

}  // namespace collector
