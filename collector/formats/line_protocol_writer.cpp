#include "collector/formats/line_protocol_writer.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <utility>

#include "collector/formats/line_protocol_text.h"

namespace collector {
namespace {

// InfluxDB refuses or drops a tag or field of this name:
// https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/#reserved-words
constexpr std::string_view reserved = "time";

char* write(std::string_view text, char* at) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

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
  if (batch.labels != labels_) {
    labels_ = batch.labels;
    known_.clear();
  }
}

void LineProtocolWriter::append(const Row& row, std::string& out) {
  const Known& series = known(*row.series);
  const Plan& plan = *series.plan;
  if (series.names.empty()) return;
  std::size_t room = series.names.size() + plan.room + stamp_.size();
  if (plan.has_text) {
    const auto cells = batch_->cells_of(row);
    for (const Key& key : plan.keys)
      if (key.is_text && cells[key.column.field].present)
        room += line_string_size(cells[key.column.field].text->size());
  }
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + room, [&](char* data, std::size_t) {
    char* const fields = write(series.names, data + before);
    char* const end = write_fields(row, plan, fields);
    if (end == fields) return before;
    *fields = ' ';  // in place of the first key's comma
    return static_cast<std::size_t>(write(stamp(row), end) - data);
  });
}

char* LineProtocolWriter::write_fields(const Row& row, const Plan& plan, char* at) const {
  const auto cells = batch_->cells_of(row);
  for (const Key& key : plan.keys) {
    const Cell& cell = cells[key.column.field];
    if (!cell.present) continue;
    if (key.is_text) {
      at = write_line_string(*cell.text, write(key.text, at));
    } else if (!key.column.real) {
      at = write_line_integer(integer_of(cell, key.column), write(key.text, at));
    } else if (const double value = real_of(cell, key.column); std::isfinite(value)) {
      at = write_line_real(value, write(key.text, at));
    }
  }
  return at;
}

std::string_view LineProtocolWriter::stamp(const Row& row) {
  const WallTime time = row.end + std::chrono::milliseconds(row.clock_steps);
  if (stamp_size_ == 0 || time != time_) {
    time_ = time;
    char* at = write(" ", stamp_.data());
    at = std::to_chars(at, stamp_.data() + stamp_.size(), count_of(time, options_.precision)).ptr;
    at = write("\n", at);
    stamp_size_ = static_cast<std::size_t>(at - stamp_.data());
  }
  return {stamp_.data(), stamp_size_};
}

const LineProtocolWriter::Known& LineProtocolWriter::known(const Series& series) {
  const auto found = known_.find(&series);
  if (found != known_.end() && !found->second.series.expired()) return found->second;
  if (known_.size() >= forget_at_) forget_gone_series();
  Known& entry = known_[&series];
  entry = {series.weak_from_this(), names_of(series), &plan(series.measurement_ptr())};
  return entry;
}

void LineProtocolWriter::forget_gone_series() {
  std::erase_if(known_, [](const auto& entry) { return entry.second.series.expired(); });
  forget_at_ = std::max<std::size_t>(1024, 2 * known_.size());
}

std::string LineProtocolWriter::names_of(const Series& series) const {
  std::string out;
  append_line_name(options_.prefix + series.measurement().name, LineName::measurement, out);
  if (out.empty()) return out;
  std::vector<Tag> tags(series.tags().begin(), series.tags().end());
  tags.insert(tags.end(), labels_.begin(), labels_.end());  // the series' own count where names meet
  for (Tag& tag : tags)
    if (tag.key == reserved) tag.key += "_tag";
  append_line_tags(tags, out);
  return out;
}

const LineProtocolWriter::Plan& LineProtocolWriter::plan(const MeasurementPtr& measurement) {
  std::unique_ptr<Plan>& entry = plans_[measurement.get()];
  if (entry) return *entry;
  entry = std::make_unique<Plan>();
  entry->measurement = measurement;
  const std::vector<Column> columns = columns_of(*measurement, options_.format);
  const auto is_column = [&columns](std::string_view name) {
    return std::ranges::find(columns, name, &Column::name) != columns.end();
  };
  for (const Column& column : columns) {
    std::string name = column.name;
    if (name == reserved) {
      do {
        name += "_field";
      } while (is_column(name));
    }
    Key key{",", column, column.what == Column::What::text};
    append_line_name(name, LineName::field, key.text);
    if (key.text.size() == 1) continue;
    key.text += '=';
    entry->room += key.text.size() + line_number_size;
    entry->has_text |= key.is_text;
    entry->keys.push_back(std::move(key));
  }
  return *entry;
}

}  // namespace collector
