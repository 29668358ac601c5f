// A JSON file sink in a temporary directory, and a stand-in for the runner and its spool: batches are made
// from their numbers alone, so that every row's right content is known whenever it comes back from a file.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sinks/json/file_sink.h"
#include "tests/support/certain_time.h"
#include "tests/support/files.h"
#include "tests/support/json_files.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

inline constexpr WallTime new_year{std::chrono::seconds(1767225600)};  // 2026-01-01T00:00:00Z
inline const Uuid first_epoch = *Uuid::parse("aaaaaaaa-1111-4111-8111-111111111111");
inline const Uuid second_epoch = *Uuid::parse("bbbbbbbb-2222-4222-8222-222222222222");
inline const Uuid source = *Uuid::parse("cccccccc-3333-4333-8333-333333333333");

inline constexpr std::size_t rows_per_batch = 5;

// Batch n covers the n-th half minute since new year, in rows of net{interface=eth0…} with bytes = 1000 n +
// i.
inline BatchPtr make_batch(std::uint64_t sequence, const Uuid& epoch = first_epoch) {
  static SeriesTable table;
  static const MeasurementPtr net = [] {
    auto made = std::make_shared<Measurement>();
    made->name = "net";
    made->fields.resize(1);
    made->fields[0].name = "bytes";
    made->fields[0].kind = FieldKind::counter;
    made->fields[0].unit = "bytes";
    return made;
  }();
  auto batch = std::make_shared<Batch>();
  batch->origin = {source, epoch, sequence};
  batch->labels = {{"host", "laptop"}};
  for (std::size_t i = 0; i < rows_per_batch; ++i) {
    Row row;
    row.series = table.intern(net, {{"interface", "eth" + std::to_string(i)}});
    row.start = new_year + static_cast<std::int64_t>(sequence) * std::chrono::seconds(30);
    row.end = row.start + std::chrono::seconds(30);
    Cell& cell = batch->add(std::move(row))[0];
    cell.present = true;
    cell.counter.delta = static_cast<std::int64_t>(1000 * sequence + i);
  }
  return batch;
}

inline std::vector<BatchPtr> make_batches(std::uint64_t from, std::uint64_t to,
                                          const Uuid& epoch = first_epoch) {
  std::vector<BatchPtr> batches;
  for (; from <= to; ++from)
    batches.push_back(make_batch(from, epoch));
  return batches;
}

// "n" for each batch of which all rows are there once, in order; anything else is spelt out.
inline std::vector<std::string> batches_in(const std::vector<JsonRow>& rows) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < rows.size();) {
    const std::uint64_t batch = rows[i].batch;
    std::size_t count = 0;
    bool right = true;
    for (; i < rows.size() && rows[i].batch == batch; ++i, ++count) {
      const auto* bytes = std::get_if<std::int64_t>(&rows[i].fields.at("bytes"));
      right = right && bytes != nullptr && *bytes == static_cast<std::int64_t>(1000 * batch + count);
    }
    found.push_back(std::to_string(batch));
    if (count != rows_per_batch || !right) found.back() += " in " + std::to_string(count) + " rows";
  }
  return found;
}

class FileSinkTest : public ::testing::Test {
 protected:
  FileSinkTest() {
    settings_.name = "archive";
    settings_.directory = directory_ / "json";
    settings_.rotate = std::chrono::hours(24);
    settings_.rotate_size = 64UL * 1024 * 1024;
    settings_.retention = &retention_;
    make_certain(retention_, clock_.now());
  }

  // Ends a sink without a word, as a crash does, and begins a new one.
  void restart() { sink_ = std::make_unique<json_files::FileSink>(settings_, clock_); }
  std::expected<OpenedSink, SinkFailure> open(std::string state, const Uuid& epoch = first_epoch) {
    restart();
    return sink_->open({source, epoch, std::move(state)});
  }
  std::optional<std::uint64_t> position(const std::expected<OpenedSink, SinkFailure>& opened) {
    EXPECT_TRUE(opened) << opened.error().what;
    if (!opened || !opened->position) return std::nullopt;
    EXPECT_EQ(opened->position->source, source);
    return opened->position->sequence;
  }
  // The state afterwards.
  std::string write(const std::vector<BatchPtr>& batches) {
    auto written = sink_->write(batches);
    EXPECT_TRUE(written) << written.error().what;
    return written ? written->state : "";
  }
  std::string write(std::uint64_t from, std::uint64_t to) { return write(make_batches(from, to)); }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(settings_.directory))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
  std::filesystem::path file(const std::string& name) const { return settings_.directory / name; }
  std::vector<std::string> stored() const { return batches_in(read_json_rows(settings_.directory)); }
  static std::vector<std::string> numbers(std::uint64_t from, std::uint64_t to) {
    std::vector<std::string> numbers;
    for (; from <= to; ++from)
      numbers.push_back(std::to_string(from));
    return numbers;
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  RetentionClock retention_;
  json_files::FileSinkSettings settings_;
  std::unique_ptr<json_files::FileSink> sink_;
};

}  // namespace collector::test
