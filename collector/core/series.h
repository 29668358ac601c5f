// Series: a measurement and its sorted tags. Interned: within one SeriesTable two series are the same exactly
// when their pointers are equal. `host` and the configured tags are labels of the batch, not part of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collector/core/measurement.h"

namespace collector {

struct Tag {
  std::string key;
  std::string value;

  friend auto operator<=>(const Tag&, const Tag&) = default;
};

class Series : public std::enable_shared_from_this<Series> {
 public:
  // Use SeriesTable::intern. Tags must be sorted by key, keys unique, values not empty.
  Series(MeasurementPtr measurement, std::vector<Tag> tags)
      : measurement_(std::move(measurement)), tags_(std::move(tags)) {}

  const Measurement& measurement() const { return *measurement_; }
  const MeasurementPtr& measurement_ptr() const { return measurement_; }
  std::span<const Tag> tags() const { return tags_; }
  std::string_view tag(std::string_view key) const;  // empty when absent

  // Number of (measurement name, tags), given once by the spool and the same in every sink; 0 until then.
  std::int64_t id() const { return id_.load(std::memory_order_acquire); }
  void set_id(std::int64_t id) const { id_.store(id, std::memory_order_release); }

  // "net{interface=eth0}", for people.
  std::string text() const;

 private:
  MeasurementPtr measurement_;
  std::vector<Tag> tags_;
  mutable std::atomic<std::int64_t> id_{0};
};

using SeriesPtr = std::shared_ptr<const Series>;

// Sorts by key, drops tags with empty values; of a repeated key the first is kept.
std::vector<Tag> normalise_tags(std::vector<Tag> tags);

// A series of a reading that is never reported: it is in no table and takes nobody's place there.
SeriesPtr unreported_series(const MeasurementPtr& measurement, std::vector<Tag> tags);

// The interning table. Thread-safe. Keeps a series alive while anybody else holds it; sweep() lets the rest
// go, as does intern() where the table is full.
class SeriesTable {
 public:
  explicit SeriesTable(std::size_t capacity = 100'000) : capacity_(capacity) {}

  // Returns the one series of this measurement object and these tags (in any order). Beyond the capacity,
  // a new combination is folded into the measurement's single series {other=true}, and counted. Tags called
  // `measurement` and `field` stay: they say what the numbers are.
  SeriesPtr intern(const MeasurementPtr& measurement, std::vector<Tag> tags);

  std::size_t sweep();       // forgets series that nobody else holds; returns how many
  std::size_t size() const;  // live series
  std::size_t capacity() const;
  // From now on. Below size(): what is there stays, and nothing new comes in before enough has been let go.
  void set_capacity(std::size_t capacity);
  std::uint64_t folded() const;  // intern() calls answered with an `other` series since the start

 private:
  struct Key {
    const Measurement* measurement;
    std::vector<Tag> tags;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  void make_room();
  SeriesPtr find_or_add(const MeasurementPtr& measurement, std::vector<Tag> tags, bool beyond_capacity);

  mutable std::mutex mutex_;
  std::size_t capacity_;
  std::uint64_t folded_ = 0;
  std::size_t asked_for_ = 0;  // new combinations since the last sweep
  std::unordered_map<Key, SeriesPtr, Hash> series_;
};

}  // namespace collector
