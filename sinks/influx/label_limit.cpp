#include "sinks/influx/label_limit.h"

#include <fmt/format.h>

#include <algorithm>

namespace collector::influx {
namespace {

// https://docs.victoriametrics.com/victoriametrics/#resource-usage-limits; the database's name, which it adds
// as label db, counts.
constexpr std::size_t most_labels = 30;

// A configured tag that is named like one of the row's own is the same one in a line.
std::size_t label_count(std::span<const Tag> labels, const Measurement& measurement) {
  const auto is_own = [&](const Tag& label) {
    return std::ranges::find(measurement.tags, label.key, &TagKey::name) != measurement.tags.end();
  };
  const auto shared = static_cast<std::size_t>(std::ranges::count_if(labels, is_own));
  return labels.size() - shared + measurement.tags.size() + 1;
}

}  // namespace

std::vector<SinkNote> notes_on_labels(std::span<const Tag> labels, std::span<const MeasurementPtr> produced,
                                      const Filter& filter) {
  const Measurement* widest = nullptr;
  std::size_t most = most_labels;
  for (const MeasurementPtr& measurement : produced) {
    const std::size_t count = filter.takes(*measurement) ? label_count(labels, *measurement) : 0;
    if (count <= most) continue;
    most = count;
    widest = measurement.get();
  }
  if (widest == nullptr) return {};
  return {
      {.name = "labels",
       .text = fmt::format(
           "rows of {} have up to {} labels (host, tags:, {} of their own, and the database's name); "
           "VictoriaMetrics drops those beyond {} unless its -maxLabelsPerTimeseries says more, and series "
           "that differ only in these fall together; shorten tags:, or raise it there",
           widest->name, most, widest->tags.size(), most_labels),
       .warning = true}};
}

}  // namespace collector::influx
