#include "sinks/postgres/series_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

constexpr std::size_t most_owners = 64;
constexpr std::size_t least_remembered = 1024;

std::int64_t number_of(const SeriesEntry& entry) {
  std::string text = entry.measurement;
  (text += '\0') += entry.host;
  (text += '\0') += entry.tags_json;
  return static_cast<std::int64_t>(hash_of(text, entry.salt) >> 1);
}

// The same text for the same series only, whatever is in its names.
std::string key_of(const Series& series) {
  std::string key = series.measurement().name;
  for (const Tag& tag : series.tags())
    key += fmt::format("|{}:{}{}:{}", tag.key.size(), tag.key, tag.value.size(), tag.value);
  return fmt::format("{}:{}", series.measurement().name.size(), key);
}

SeriesEntry make_entry(const Series& series, const std::vector<Tag>& labels) {
  SeriesEntry entry;
  entry.measurement = clean(series.measurement().name);
  entry.tags.assign(series.tags().begin(), series.tags().end());
  for (const Tag& label : labels) {
    if (label.key == "host")
      entry.host = clean(label.value);
    else if (series.tag(label.key).empty())
      entry.tags.push_back(label);
  }
  std::ranges::sort(entry.tags);
  entry.tags_json = json_object(entry.tags);
  std::string keys;
  for (const Tag& tag : entry.tags)
    (keys += clean(tag.key)) += '\0';
  entry.keys_hash = hash_of(keys);
  entry.id = number_of(entry);
  return entry;
}

}  // namespace

void SeriesIds::begin(const Batch& batch) {
  const auto is_owner = [&batch](const Owner& owner) {
    return owner.source == batch.origin.source && owner.labels == batch.labels;
  };
  if (owner_ != nullptr && is_owner(*owner_)) return;
  const auto found = std::ranges::find_if(owners_, [&](const auto& owner) { return is_owner(*owner); });
  if (found != owners_.end()) {
    owner_ = found->get();
    return;
  }
  owners_.push_back(std::make_unique<Owner>(Owner{batch.origin.source, batch.labels, {}, {}}));
  owner_ = owners_.back().get();
}

SeriesEntry& SeriesIds::entry(const Series& series) {
  const auto in = [&](auto& entries, auto key) -> SeriesEntry& {
    const auto [place, fresh] = entries.try_emplace(std::move(key));
    if (fresh) place->second = make_entry(series, owner_->labels);
    if (fresh || place->second.series.expired()) place->second.series = series.weak_from_this();
    return place->second;
  };
  const auto id = series.id();
  return id != 0 ? in(owner_->by_spool_id, id) : in(owner_->by_text, key_of(series));
}

template <typename Visit>
void SeriesIds::for_each(Owner& owner, Visit&& visit) {
  for (auto& [id, entry] : owner.by_spool_id)
    visit(entry);
  for (auto& [text, entry] : owner.by_text)
    visit(entry);
}

void SeriesIds::forget() {
  for (const auto& owner : owners_)
    forget(owner->source);
}

void SeriesIds::forget(const Uuid& source) {
  for (const auto& owner : owners_)
    if (owner->source == source) for_each(*owner, [](SeriesEntry& entry) { entry.known = false; });
}

void SeriesIds::renumber(const std::vector<std::int64_t>& ids) {
  for (const auto& owner : owners_)
    for_each(*owner, [&](SeriesEntry& entry) {
      if (entry.known || std::ranges::find(ids, entry.id) == ids.end()) return;
      ++entry.salt;
      entry.id = number_of(entry);
    });
}

void SeriesIds::trim() {
  if (owners_.size() > most_owners) clear();
  const auto count = [&] {
    std::size_t series = 0;
    for (const auto& owner : owners_)
      series += owner->by_spool_id.size() + owner->by_text.size();
    return series;
  };
  if (count() < trim_at_) return;
  const auto gone = [](const auto& entry) { return entry.second.series.expired(); };
  for (const auto& owner : owners_) {
    std::erase_if(owner->by_spool_id, gone);
    std::erase_if(owner->by_text, gone);
  }
  trim_at_ = std::max(least_remembered, 2 * count());
}

void SeriesIds::clear() {
  owners_.clear();
  owner_ = nullptr;
}

}  // namespace collector::postgres_store
