#include "collector/formats/row_json_writer.h"

#include <algorithm>

#include "collector/formats/json_text.h"
#include "collector/formats/rfc3339.h"
#include "collector/formats/write_text.h"

namespace collector {
namespace {

constexpr std::array<std::string_view, 8> own_keys{"time", "span",    "measurement", "host",
                                                   "tags", "samples", "flags",       "batch"};
constexpr std::size_t own_room = 256;  // of time, span, samples and all flags, with their keys

char* write_flags(std::uint16_t flags, char* at) {
  *at++ = '[';
  if (flags != 0) {
    const std::string text = flags_text(flags);
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view name = rest.substr(0, rest.find('|'));
      *at++ = '"';
      at = write_text(name, at);
      *at++ = '"';
      rest.remove_prefix(std::min(name.size() + 1, rest.size()));
      if (!rest.empty()) *at++ = ',';
    }
  }
  *at++ = ']';
  return at;
}

char* write_cell(const Cell& cell, const Column& column, bool is_text, char* at) {
  if (!cell.present) return write_text("null", at);
  if (is_text) return write_json_encoded(*cell.text, at);
  return column.real ? write_json_real(real_of(cell, column), at)
                     : write_json_integer(integer_of(cell, column), at);
}

}  // namespace

void RowJsonWriter::begin(const Batch& batch) {
  batch_ = &batch;
  texts_.set_labels(batch.labels);
  batch_text_ = ",\"batch\":" + std::to_string(batch.origin.sequence) + "}\n";
}

void RowJsonWriter::append(const Row& row, std::string& out) {
  const auto& series = texts_.of(*row.series, names_of,
                                 [this](const Measurement& measurement) { return keys_of(measurement); });
  const std::size_t room = own_room + series.names.size() + batch_text_.size() +
                           series.keys->room_for(batch_->cells_of(row), json_string_size);
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + room, [&](char* data, std::size_t) {
    return static_cast<std::size_t>(write_row(row, series, data + before) - data);
  });
}

char* RowJsonWriter::write_row(const Row& row, const SeriesTexts::Known& series, char* at) {
  if (const Duration span = row.end - row.start; when_size_ == 0 || row.start != time_ || span != span_) {
    time_ = row.start;
    span_ = span;
    char* end = write_rfc3339(time_, write_text("{\"time\":\"", when_.data()));
    end = write_text(",", write_json_seconds(span_, write_text("\",\"span\":", end)));
    when_size_ = static_cast<std::size_t>(end - when_.data());
  }
  at = write_text({when_.data(), when_size_}, at);
  at = write_text(series.names, at);
  const auto cells = batch_->cells_of(row);
  for (const KeyText& key : series.keys->keys)
    at = write_cell(cells[key.column.field], key.column, key.is_text, write_text(key.text, at));
  at = write_json_integer(row.samples, write_text(",\"samples\":", at));
  at = write_flags(row.flags, write_text(",\"flags\":", at));
  return write_text(batch_text_, at);
}

std::string RowJsonWriter::names_of(const Series& series, const std::vector<Tag>& labels) {
  std::string out = "\"measurement\":";
  append_json_encoded(series.measurement().name, out);
  std::vector<Tag> tags(series.tags().begin(), series.tags().end());
  for (const Tag& label : labels) {
    if (label.key == "host") {
      out += ",\"host\":";
      append_json_encoded(label.value, out);
    } else {
      tags.push_back(label);  // behind the series' own, which count where names meet
    }
  }
  out += ",\"tags\":{";
  for (bool first = true; const Tag& tag : normalise_tags(std::move(tags))) {
    if (!first) out += ',';
    first = false;
    append_json_encoded(tag.key, out);
    out += ':';
    append_json_encoded(tag.value, out);
  }
  return out += '}';
}

MeasurementKeys RowJsonWriter::keys_of(const Measurement& measurement) const {
  MeasurementKeys keys;
  const std::vector<Column> columns = columns_of(measurement, format_);
  const auto is_own = [](std::string_view name) {
    return std::ranges::find(own_keys, name) != own_keys.end();
  };
  for (const Column& column : columns) {
    KeyText key{",", column, column.what == Column::What::text};
    append_json_encoded(free_name(column, columns, is_own), key.text);
    key.text += ':';
    keys.add(std::move(key));
  }
  return keys;
}

}  // namespace collector
