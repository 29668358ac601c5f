// SeriesTexts: what a row writer keeps as text because it repeats: what names a series, and the keys of a
// measurement. Used by one thread. Remembers series weakly: it keeps none alive.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/series.h"
#include "collector/formats/row_format.h"
#include "collector/formats/write_text.h"

namespace collector {

struct KeyText {
  std::string text;  // with what separates it from its neighbours: ,bytes_recv=
  Column column;
  bool is_text = false;
};

// The keys of one measurement.
struct MeasurementKeys {
  std::vector<KeyText> keys;
  std::size_t room = 0;  // enough for everything in its rows but texts
  bool has_text = false;

  void add(KeyText key) {
    room += key.text.size() + longest_number;
    has_text |= key.is_text;
    keys.push_back(std::move(key));
  }
  // For all keys and values of a row with these cells; `text_size` is that of the longest text made from so
  // many bytes.
  template <typename TextSize>
  std::size_t room_for(std::span<const Cell> cells, TextSize text_size) const {
    std::size_t with_texts = room;
    if (!has_text) return with_texts;
    for (const KeyText& key : keys)
      if (const Cell& cell = cells[key.column.field]; key.is_text && cell.present)
        with_texts += text_size(cell.text->size());
    return with_texts;
  }
};

// The column's name, with `_field` behind it as often as it takes when `is_reserved` says that the format
// uses it itself.
template <typename IsReserved>
std::string free_name(const Column& column, const std::vector<Column>& columns, IsReserved is_reserved) {
  std::string name = column.name;
  if (!is_reserved(name)) return name;
  do {
    name += "_field";
  } while (std::ranges::find(columns, name, &Column::name) != columns.end());
  return name;
}

class SeriesTexts {
 public:
  struct Known {
    std::weak_ptr<const Series> series;  // keeps the address taken, not the series
    std::string names;                   // net,host=laptop,interface=eth0
    const MeasurementKeys* keys = nullptr;
  };

  // The labels that names are made with from now on; whether they are others than before.
  bool set_labels(const std::vector<Tag>& labels) {
    if (labels == labels_) return false;
    labels_ = labels;
    known_.clear();
    return true;
  }

  // Valid until the next call. `make_names(series, labels)` and `make_keys(measurement)` are called for what
  // is not known yet.
  template <typename MakeNames, typename MakeKeys>
  const Known& of(const Series& series, MakeNames make_names, MakeKeys make_keys) {
    const auto found = known_.find(&series);
    if (found != known_.end() && !found->second.series.expired()) return found->second;
    if (known_.size() >= forget_at_) forget_gone_series();
    std::unique_ptr<Keys>& keys = keys_[&series.measurement()];
    if (!keys)
      keys = std::make_unique<Keys>(
          Keys{.measurement = series.measurement_ptr(), .keys = make_keys(series.measurement())});
    Known& entry = known_[&series];
    entry = {series.weak_from_this(), make_names(series, labels_), &keys->keys};
    return entry;
  }

 private:
  struct Keys {
    MeasurementPtr measurement;  // keeps the address taken
    MeasurementKeys keys;
  };

  void forget_gone_series() {
    std::erase_if(known_, [](const auto& entry) { return entry.second.series.expired(); });
    forget_at_ = std::max<std::size_t>(1024, 2 * known_.size());
  }

  std::vector<Tag> labels_;  // that `known_` was made with
  std::unordered_map<const Measurement*, std::unique_ptr<Keys>> keys_;
  std::unordered_map<const Series*, Known> known_;
  std::size_t forget_at_ = 1024;  // size of known_ at which those that are gone are looked for
};

}  // namespace collector
