// Sums up batches that fall off a backlog, so that their counters reach the sink after all, as rows of
// `dropped`.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/series.h"

namespace collector {

class DroppedSums {
 public:
  explicit DroppedSums(SeriesTable& table) : table_(table) {}

  void add(const Batch& batch);
  std::uint64_t rows() const {
    return rows_;
  }  // rows of `dropped` that fall off again are merged, not counted
  // One row per series and counter with a sum, and one per series with the number of rows; the labels are
  // those of the last batch added.
  Batch batch() const;

 private:
  struct Sum {
    std::int64_t delta = 0;  // in [0, 2^63)
    std::int64_t overflow = 0;
    std::int64_t rows = 0;
    bool of_field = false;
    Row row;  // series, time range, samples and flags of what was added
    void add(std::int64_t more);
    void include(const Row& other);
  };
  // Where the rows of one series go.
  struct Targets {
    Sum* rows = nullptr;
    std::vector<Sum*> fields;  // null until something is to be added
  };

  Sum& sum_of(const SeriesPtr& dropped_series);
  Sum& sum_of(const Series& series, const Field* field);
  void add_row(const Batch& batch, const Row& row);
  void merge_row(const Batch& batch, const Row& row);

  SeriesTable& table_;
  std::uint64_t rows_ = 0;
  std::vector<Tag> labels_;
  std::unordered_map<SeriesPtr, Targets> targets_;
  std::unordered_map<SeriesPtr, std::unique_ptr<Sum>> sums_;
};

// The same for batches of several machines: rows keep the labels that they were measured under.
class SumsByLabels {
 public:
  explicit SumsByLabels(SeriesTable& table) : table_(table) {}

  void add(const Batch& batch) { sums_.try_emplace(batch.labels, table_).first->second.add(batch); }
  std::uint64_t rows() const;
  std::vector<Batch> batches() const;  // those without rows are left out

 private:
  SeriesTable& table_;
  std::map<std::vector<Tag>, DroppedSums> sums_;
};

}  // namespace collector
