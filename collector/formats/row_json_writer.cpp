#include "collector/formats/row_json_writer.h"

#include <algorithm>
#include <cstring>

#include "collector/formats/json_text.h"
#include "collector/formats/rfc3339.h"

namespace collector {
namespace {

constexpr std::array<std::string_view, 8> own_keys{"time", "span",    "measurement", "host",
                                                   "tags", "samples", "flags",       "batch"};
constexpr std::size_t own_room = 256;  // of time, span, samples and all flags, with their keys

char* write(std::string_view text, char* at) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* write_flags(std::uint16_t flags, char* at) {
  *at++ = '[';
  if (flags != 0) {
    const std::string text = flags_text(flags);
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view name = rest.substr(0, rest.find('|'));
      *at++ = '"';
      at = write(name, at);
      *at++ = '"';
      rest.remove_prefix(std::min(name.size() + 1, rest.size()));
      if (!rest.empty()) *at++ = ',';
    }
  }
  *at++ = ']';
  return at;
}

char* write_cell(const Cell& cell, const Column& column, bool is_text, char* at) {
  if (!cell.present) return write("null", at);
  if (is_text) return write_json_string(*cell.text, at);
  return column.real ? write_json_real(real_of(cell, column), at)
                     : write_json_integer(integer_of(cell, column), at);
}

}  // namespace

void RowJsonWriter::begin(const Batch& batch) {
  batch_ = &batch;
  if (batch.labels != labels_) {
    labels_ = batch.labels;
    known_.clear();
  }
  batch_text_ = ",\"batch\":" + std::to_string(batch.origin.sequence) + "}\n";
}

void RowJsonWriter::append(const Row& row, std::string& out) {
  const Known& series = known(*row.series);
  const Plan& plan = *series.plan;
  std::size_t room = own_room + series.names.size() + plan.room + batch_text_.size();
  if (plan.has_text) {
    const auto cells = batch_->cells_of(row);
    for (const Key& key : plan.keys)
      if (key.is_text && cells[key.column.field].present)
        room += json_string_size(cells[key.column.field].text->size());
  }
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + room, [&](char* data, std::size_t) {
    return static_cast<std::size_t>(write_row(row, series, data + before) - data);
  });
}

char* RowJsonWriter::write_row(const Row& row, const Known& series, char* at) {
  if (const Duration span = row.end - row.start; when_size_ == 0 || row.start != time_ || span != span_) {
    time_ = row.start;
    span_ = span;
    char* end = write_rfc3339(time_, write("{\"time\":\"", when_.data()));
    end = write(",", write_json_seconds(span_, write("\",\"span\":", end)));
    when_size_ = static_cast<std::size_t>(end - when_.data());
  }
  at = write({when_.data(), when_size_}, at);
  at = write(series.names, at);
  const auto cells = batch_->cells_of(row);
  for (const Key& key : series.plan->keys)
    at = write_cell(cells[key.column.field], key.column, key.is_text, write(key.text, at));
  at = write_json_integer(row.samples, write(",\"samples\":", at));
  at = write_flags(row.flags, write(",\"flags\":", at));
  return write(batch_text_, at);
}

const RowJsonWriter::Known& RowJsonWriter::known(const Series& series) {
  const auto found = known_.find(&series);
  if (found != known_.end() && !found->second.series.expired()) return found->second;
  if (known_.size() >= forget_at_) forget_gone_series();
  Known& entry = known_[&series];
  entry = {series.weak_from_this(), names_of(series), &plan(series.measurement_ptr())};
  return entry;
}

void RowJsonWriter::forget_gone_series() {
  std::erase_if(known_, [](const auto& entry) { return entry.second.series.expired(); });
  forget_at_ = std::max<std::size_t>(1024, 2 * known_.size());
}

std::string RowJsonWriter::names_of(const Series& series) const {
  std::string out = "\"measurement\":";
  append_json_string(series.measurement().name, out);
  std::vector<Tag> tags(series.tags().begin(), series.tags().end());
  for (const Tag& label : labels_) {
    if (label.key == "host") {
      out += ",\"host\":";
      append_json_string(label.value, out);
    } else {
      tags.push_back(label);  // behind the series' own, which count where names meet
    }
  }
  out += ",\"tags\":{";
  for (bool first = true; const Tag& tag : normalise_tags(std::move(tags))) {
    if (!first) out += ',';
    first = false;
    append_json_string(tag.key, out);
    out += ':';
    append_json_string(tag.value, out);
  }
  return out += '}';
}

const RowJsonWriter::Plan& RowJsonWriter::plan(const MeasurementPtr& measurement) {
  std::unique_ptr<Plan>& entry = plans_[measurement.get()];
  if (entry) return *entry;
  entry = std::make_unique<Plan>();
  entry->measurement = measurement;
  const std::vector<Column> columns = columns_of(*measurement, format_);
  const auto is_column = [&columns](std::string_view name) {
    return std::ranges::find(columns, name, &Column::name) != columns.end();
  };
  for (const Column& column : columns) {
    std::string name = column.name;
    if (std::ranges::find(own_keys, name) != own_keys.end()) {
      do {
        name += "_field";
      } while (is_column(name));
    }
    Key key{",", column, column.what == Column::What::text};
    append_json_string(name, key.text);
    key.text += ':';
    entry->room += key.text.size() + json_number_size;
    entry->has_text |= key.is_text;
    entry->keys.push_back(std::move(key));
  }
  return *entry;
}

}  // namespace collector
