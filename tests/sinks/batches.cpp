#include "tests/sinks/batches.h"

#include <chrono>
#include <utility>

#include "collector/core/value.h"

namespace collector::test {
namespace {

using std::chrono::seconds;

Field counter(std::string name, std::string sentence) {
  Field field;
  field.name = std::move(name);
  field.kind = FieldKind::counter;
  field.unit = "bytes";
  field.sentence = std::move(sentence);
  return field;
}

Field gauge(std::string name, FieldType type, std::string unit, std::string sentence) {
  Field field;
  field.name = std::move(name);
  field.kind = type == FieldType::text ? FieldKind::state : FieldKind::gauge;
  field.type = type;
  field.unit = std::move(unit);
  field.sentence = std::move(sentence);
  return field;
}

}  // namespace

const MeasurementPtr& net_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(
      Measurement{"net",
                  "Traffic of each network interface",
                  {{"interface", "The interface's name"}},
                  {counter("bytes_recv", "Bytes received"), counter("bytes_sent", "Bytes sent"),
                   gauge("load", FieldType::real, "percent", "How much of the link is used"),
                   gauge("state", FieldType::text, "1", "Operational state")}});
  return measurement;
}

const MeasurementPtr& mem_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(
      Measurement{"mem", "Memory", {}, {gauge("used", FieldType::integer, "bytes", "Memory in use")}});
  return measurement;
}

Cell counter_cell(std::int64_t delta, std::int64_t total, double peak) {
  Cell cell;
  cell.present = true;
  cell.counter = {delta, total, peak};
  return cell;
}

Cell real_cell(double mean, double min, double max, double last) {
  Cell cell;
  cell.present = true;
  cell.reals = {mean, min, max, last};
  return cell;
}

Cell integer_cell(std::int64_t mean, std::int64_t min, std::int64_t max, std::int64_t last) {
  Cell cell;
  cell.present = true;
  cell.integers = {mean, min, max, last};
  return cell;
}

Cell text_cell(const std::string& text) {
  Cell cell;
  cell.present = true;
  cell.text = intern_text(text);
  return cell;
}

Row row_of(SeriesPtr series, std::int64_t second, std::uint16_t flags) {
  Row row;
  row.series = std::move(series);
  row.start = WallTime(seconds(first_second + second));
  row.end = row.start + seconds(30);
  row.samples = 30;
  row.flags = flags;
  return row;
}

SeriesPtr BatchMaker::series(const MeasurementPtr& measurement, std::vector<Tag> tags) {
  auto series = table_.intern(measurement, std::move(tags));
  if (series->id() == 0) series->set_id(++last_id_);
  return series;
}

BatchMaker& BatchMaker::begin(std::vector<Tag> labels) {
  batch_ = {};
  batch_.previous = sequence_;
  batch_.origin = {source_, epoch_, ++sequence_};
  batch_.labels = std::move(labels);
  return *this;
}

BatchMaker& BatchMaker::row(Row row, std::vector<Cell> cells) {
  const auto places = batch_.add(std::move(row));
  for (std::size_t i = 0; i < cells.size(); ++i)
    places[i] = cells[i];
  return *this;
}

BatchMaker& BatchMaker::net(const std::string& interface, std::int64_t second, std::int64_t bytes,
                            std::uint16_t flags) {
  Row made = row_of(series(net_measurement(), {{"interface", interface}}), second, flags);
  made.clock_steps = (flags & flag::clock) != 0 ? 1 : 0;
  return row(std::move(made), {counter_cell(bytes, 10 * bytes, static_cast<double>(bytes) / 30),
                               counter_cell(2 * bytes, 20 * bytes, static_cast<double>(bytes) / 15),
                               real_cell(1.5, 1, 2, 1.25), text_cell("up")});
}

BatchMaker& BatchMaker::mem(std::int64_t second, std::int64_t used) {
  return row(row_of(series(mem_measurement(), {}), second), {integer_cell(used, used - 1, used + 1, used)});
}

BatchPtr BatchMaker::take() {
  return std::make_shared<const Batch>(std::exchange(batch_, {}));
}

BatchPtr BatchMaker::window(std::int64_t second, std::size_t rows, std::int64_t bytes) {
  begin();
  for (std::size_t i = 0; i < rows; ++i)
    net("eth" + std::to_string(i), second, bytes);
  return take();
}

}  // namespace collector::test
