#include "sinks/influx/tag_watch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace collector::influx {
namespace {

constexpr std::size_t most_values = 5;

}  // namespace

TagWatch::TagWatch(const Patterns& include) {
  for (const auto& [tag, glob] : include.tags)
    unmet_[tag].glob = glob;
}

void TagWatch::see(const Series& series) {
  for (auto entry = unmet_.begin(); entry != unmet_.end();) {
    auto& [glob, seen, more] = entry->second;
    const std::string value(series.tag(entry->first));
    if (!value.empty() && matches(glob, value)) {
      entry = unmet_.erase(entry);
      continue;
    }
    if (!value.empty() && seen.size() < most_values)
      seen.insert(value);
    else if (!value.empty())
      more |= !seen.contains(value);
    ++entry;
  }
}

std::vector<SinkNote> TagWatch::notes() const {
  std::vector<SinkNote> notes;
  for (const auto& [tag, unmet] : unmet_)
    if (!unmet.seen.empty())
      notes.push_back(
          {"filter",
           fmt::format(
               "include.tags.{}: no row has met \"{}\" so far, and all with this tag were left out; there "
               "were: {}{}",
               tag, unmet.glob, fmt::join(unmet.seen, ", "), unmet.more ? ", …" : ""),
           true});
  return notes;
}

}  // namespace collector::influx
