#include "collector/core/series.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace collector {

std::string_view Series::tag(std::string_view key) const {
  for (const Tag& tag : tags_)
    if (tag.key == key) return tag.value;
  return {};
}

std::string Series::text() const {
  std::string out = measurement_->name;
  if (tags_.empty()) return out;
  out += '{';
  for (const Tag& tag : tags_)
    out += (out.back() == '{' ? "" : ",") + tag.key + "=" + tag.value;
  return out + "}";
}

std::vector<Tag> normalise_tags(std::vector<Tag> tags) {
  std::vector<Tag> sorted;
  sorted.reserve(tags.size());
  for (Tag& tag : tags) {
    if (tag.key.empty() || tag.value.empty()) continue;
    const auto place = std::ranges::lower_bound(sorted, tag.key, {}, &Tag::key);
    if (place == sorted.end() || place->key != tag.key) sorted.insert(place, std::move(tag));
  }
  return sorted;
}

SeriesPtr unreported_series(const MeasurementPtr& measurement, std::vector<Tag> tags) {
  return std::make_shared<const Series>(measurement, normalise_tags(std::move(tags)));
}

std::size_t SeriesTable::Hash::operator()(const Key& key) const {
  std::size_t hash = std::hash<const void*>{}(key.measurement);
  const auto mix = [&hash](std::string_view text) {
    hash = hash * 0x9E3779B97F4A7C15U + std::hash<std::string_view>{}(text);
  };
  for (const Tag& tag : key.tags) {
    mix(tag.key);
    mix(tag.value);
  }
  return hash;
}

SeriesPtr SeriesTable::find_or_add(const MeasurementPtr& measurement, std::vector<Tag> tags,
                                   bool beyond_capacity) {
  Key key{measurement.get(), std::move(tags)};
  if (const auto found = series_.find(key); found != series_.end()) return found->second;
  if (!beyond_capacity) {
    ++asked_for_;
    if (series_.size() >= capacity_) make_room();
    if (series_.size() >= capacity_) return nullptr;
  }
  auto series = std::make_shared<const Series>(measurement, key.tags);
  series_.emplace(std::move(key), series);
  return series;
}

SeriesPtr SeriesTable::intern(const MeasurementPtr& measurement, std::vector<Tag> tags) {
  tags = normalise_tags(std::move(tags));
  const std::lock_guard lock(mutex_);
  if (auto series = find_or_add(measurement, tags, false)) return series;
  ++folded_;
  // Rows about a field of a measurement (quarantine, dropped): bytes and packets must not be added up.
  std::erase_if(tags, [](const Tag& tag) { return tag.key != "measurement" && tag.key != "field"; });
  tags.push_back({"other", "true"});
  return find_or_add(measurement, normalise_tags(std::move(tags)), true);
}

// Looks at 16 series for each combination that was asked for, on average, however many of them find no room.
void SeriesTable::make_room() {
  if (asked_for_ < series_.size() / 16) return;
  asked_for_ = 0;
  std::erase_if(series_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

std::size_t SeriesTable::sweep() {
  const std::lock_guard lock(mutex_);
  asked_for_ = 0;
  return std::erase_if(series_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

std::size_t SeriesTable::size() const {
  const std::lock_guard lock(mutex_);
  return series_.size();
}

std::size_t SeriesTable::capacity() const {
  const std::lock_guard lock(mutex_);
  return capacity_;
}

void SeriesTable::set_capacity(std::size_t capacity) {
  const std::lock_guard lock(mutex_);
  capacity_ = capacity;
}

std::uint64_t SeriesTable::folded() const {
  const std::lock_guard lock(mutex_);
  return folded_;
}

}  // namespace collector
