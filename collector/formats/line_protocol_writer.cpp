#include "collector/formats/line_protocol_writer.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

#include "collector/formats/line_protocol_text.h"
#include "collector/formats/write_text.h"

namespace collector {
namespace {

// InfluxDB refuses or drops a field of this name:
// https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/#reserved-words
constexpr std::string_view reserved = "time";

std::int64_t count_of(WallTime time, TimePrecision precision) {
  const auto in = [time]<typename Unit>(Unit) {
    return std::int64_t{std::chrono::floor<Unit>(time).time_since_epoch().count()};
  };
  switch (precision) {
    case TimePrecision::nanoseconds:
      break;
    case TimePrecision::microseconds:
      return in(std::chrono::microseconds());
    case TimePrecision::milliseconds:
      return in(std::chrono::milliseconds());
    case TimePrecision::seconds:
      return in(std::chrono::seconds());
  }
  return in(std::chrono::nanoseconds());
}

}  // namespace

void LineProtocolWriter::begin(const Batch& batch) {
  batch_ = &batch;
  if (texts_.set_labels(batch.labels)) owners_.clear();
}

LineAppended LineProtocolWriter::append(const Row& row, std::string& out) {
  const auto& series = texts_.of(
      *row.series,
      [this](const Series& of, const std::vector<Tag>& labels) { return own_names_of(of, labels); },
      [this](const Measurement& measurement) { return keys_of(measurement); });
  const MeasurementKeys& keys = *series.keys;
  if (series.names.empty()) return LineAppended::unnamed;
  const std::size_t room =
      series.names.size() + stamp_.size() + keys.room_for(batch_->cells_of(row), line_string_size);
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + room, [&](char* data, std::size_t) {
    char* const fields = write_text(series.names, data + before);
    char* const end = write_fields(row, keys, fields);
    if (end == fields) return before;
    *fields = ' ';  // in place of the first key's comma
    return static_cast<std::size_t>(write_text(stamp(row), end) - data);
  });
  return out.size() > before ? LineAppended::written : LineAppended::empty;
}

char* LineProtocolWriter::write_fields(const Row& row, const MeasurementKeys& keys, char* at) const {
  const auto cells = batch_->cells_of(row);
  for (const KeyText& key : keys.keys) {
    const Cell& cell = cells[key.column.field];
    if (!cell.present) continue;
    if (key.is_text) {
      at = write_line_string(*cell.text, write_text(key.text, at));
    } else if (!key.column.real) {
      at = write_line_integer(integer_of(cell, key.column), write_text(key.text, at));
    } else if (const double value = real_of(cell, key.column); std::isfinite(value)) {
      at = write_line_real(value, write_text(key.text, at));
    }
  }
  return at;
}

std::string_view LineProtocolWriter::stamp(const Row& row) {
  const WallTime time = row.end + std::chrono::milliseconds(row.clock_steps);
  if (stamp_size_ == 0 || time != time_) {
    time_ = time;
    char* at = write_text(" ", stamp_.data());
    at = std::to_chars(at, stamp_.data() + stamp_.size(), count_of(time, options_.precision)).ptr;
    at = write_text("\n", at);
    stamp_size_ = static_cast<std::size_t>(at - stamp_.data());
  }
  return {stamp_.data(), stamp_size_};
}

std::string LineProtocolWriter::names_of(const Series& series, const std::vector<Tag>& labels) const {
  std::string out;
  append_line_name(options_.prefix + series.measurement().name, LineName::measurement, out);
  if (out.empty()) return out;
  std::vector<Tag> tags(series.tags().begin(), series.tags().end());
  tags.insert(tags.end(), labels.begin(), labels.end());  // the series' own count where names meet
  append_line_tags(tags, out);
  return out;
}

// Names are encoded so that two series never have one. Where a label nonetheless looks like another series'
// tag, the first of them keeps the name.
std::string LineProtocolWriter::own_names_of(const Series& series, const std::vector<Tag>& labels) {
  std::string names = names_of(series, labels);
  if (names.empty()) return names;
  if (owners_.size() >= forget_at_) forget_gone_owners();
  const std::size_t hash = std::hash<std::string>{}(names);
  for (auto [owner, end] = owners_.equal_range(hash); owner != end; ++owner) {
    const auto other = owner->second.lock();
    if (!other || names_of(*other, labels) != names) continue;
    const bool same = other->measurement().name == series.measurement().name &&
                      std::ranges::equal(other->tags(), series.tags());
    return same ? names : std::string();
  }
  owners_.emplace(hash, series.weak_from_this());
  return names;
}

void LineProtocolWriter::forget_gone_owners() {
  std::erase_if(owners_, [](const auto& owner) { return owner.second.expired(); });
  forget_at_ = std::max<std::size_t>(1024, 2 * owners_.size());
}

MeasurementKeys LineProtocolWriter::keys_of(const Measurement& measurement) const {
  MeasurementKeys keys;
  const std::vector<Column> columns = columns_of(measurement, options_.format);
  for (const Column& column : columns) {
    if (options_.wanted && !options_.wanted(measurement, column)) continue;
    KeyText key{",", column, column.what == Column::What::text};
    append_line_name(free_name(column, columns, [](std::string_view name) { return name == reserved; }),
                     LineName::field, key.text);
    if (key.text.size() == 1) continue;
    key.text += '=';
    keys.add(std::move(key));
  }
  return keys;
}

}  // namespace collector
