#include "tests/bench/sqlite_store.h"

#include <algorithm>

#include "config/configuration.h"
#include "sinks/table.h"
#include "tests/bench/data.h"
#include "tests/bench/require.h"

namespace collector::bench {
namespace {

constexpr std::size_t series = 300;

// The one sink of a configuration, with all its defaults.
std::unique_ptr<Sink> make_sink(const std::filesystem::path& state, const Clock& clock) {
  std::vector<ComponentType> components;
  for (const SinkType& type : sink_types())
    components.push_back(type.component);
  const auto configuration =
      parse_configuration("sinks: {bench: {type: sqlite, path: bench.db}}\n", "benchmark",
                          {.samplers = {}, .sinks = components}, process_environment());
  if (!configuration) throw std::runtime_error(configuration.error().front().text());
  const Settings& settings = configuration->sinks.front().settings;
  const auto type =
      std::ranges::find(sink_types(), "sqlite", [](const SinkType& t) { return t.component.name; });
  return type->create({.name = "bench",
                       .state = state,
                       .settings = settings,
                       .format = type->default_format,
                       .clock = clock});
}

}  // namespace

std::vector<BatchPtr> numbered_batches(SeriesTable& table, std::uint64_t count) {
  static const Uuid source = Uuid::random();
  static const Uuid epoch = Uuid::random();
  std::vector<BatchPtr> batches;
  for (std::uint64_t i = 1; i <= count; ++i) {
    Batch batch = make_batch(table, Rows::counters, series, i);
    batch.origin = {source, epoch, i};
    batch.previous = i - 1;
    batches.push_back(std::make_shared<const Batch>(std::move(batch)));
  }
  return batches;
}

SinkUnderTest::SinkUnderTest() : sink_(make_sink(directory_.path(), clock_)) {}

void SinkUnderTest::write_first(std::span<const BatchPtr> batches) {
  const Origin& origin = batches.front()->origin;
  OpenRequest request;
  request.source = origin.source;
  request.epoch = origin.epoch;
  require(sink_->open(request));
  write(batches);
}

void SinkUnderTest::write(std::span<const BatchPtr> batches) {
  const Written written = require(sink_->write(batches));
  if (!written.rejected.empty() || !written.skipped.empty()) throw std::runtime_error("rows were not stored");
}

BareInserts::BareInserts(const std::filesystem::path& file, const Batch& example)
    : database_(require(sqlite::Database::open(file, {}))) {
  require(database_.use_durable_settings());
  const Measurement& measurement = example.rows.front().series->measurement();
  const std::vector<Column> columns = columns_of(measurement, RowFormat{});
  std::string names;
  std::string parameters;
  sqlite::Statement info = require(database_.prepare("SELECT name FROM pragma_table_info('net_data')"));
  while (require(info.step())) {
    const std::string name(info.text(0));
    Place place;
    if (name == "time") place.what = Place::What::time;
    if (name == "series_id") place.what = Place::What::series;
    if (name == "span") place.what = Place::What::span;
    const auto column = std::ranges::find(columns, name, &Column::name);
    if (column != columns.end()) place = {Place::What::value, *column};
    places_.push_back(std::move(place));
    names += (names.empty() ? "\"" : ", \"") + name + "\"";
    parameters += parameters.empty() ? "?" : ", ?";
  }
  insert_ = require(database_.prepare("INSERT INTO net_data (" + names + ") VALUES (" + parameters + ")"));
}

void BareInserts::bind(const Batch& batch, const Row& row) {
  const auto cells = batch.cells_of(row);
  for (int i = 0; i < static_cast<int>(places_.size()); ++i) {
    const Place& place = places_[static_cast<std::size_t>(i)];
    const int parameter = i + 1;
    switch (place.what) {
      case Place::What::time:
        insert_.bind(parameter, unix_seconds(row.start));
        break;
      case Place::What::series:
        insert_.bind(parameter, row.series->id());
        break;
      case Place::What::span:
        insert_.bind(parameter, std::int64_t{30'000});
        break;
      case Place::What::value:
        if (place.column.real)
          insert_.bind(parameter, real_of(cells[place.column.field], place.column));
        else
          insert_.bind(parameter, integer_of(cells[place.column.field], place.column));
        break;
      case Place::What::nothing:
        insert_.bind(parameter, std::int64_t{0});
        break;
    }
  }
}

void BareInserts::write(std::span<const BatchPtr> batches) {
  sqlite::Transaction transaction = require(sqlite::Transaction::begin(database_));
  for (const BatchPtr& batch : batches) {
    for (const Row& row : batch->rows) {
      bind(*batch, row);
      require(insert_.run());
    }
  }
  require(transaction.commit());
}

}  // namespace collector::bench
