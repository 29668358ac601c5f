#include "tests/bench/postgres_store.h"

#include <endian.h>
#include <libpq-fe.h>

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "config/configuration.h"
#include "sinks/table.h"
#include "tests/bench/require.h"

namespace collector::bench {
namespace {

std::unique_ptr<Sink> make_sink(const std::string& url, const Clock& clock) {
  std::vector<ComponentType> components;
  for (const SinkType& type : sink_types())
    components.push_back(type.component);
  const auto configuration =
      parse_configuration("sinks: {bench: {type: postgres, url: \"" + url + "\"}}\n", "benchmark",
                          {.samplers = {}, .sinks = components}, process_environment());
  if (!configuration) throw std::runtime_error(configuration.error().front().text());
  const auto type =
      std::ranges::find(sink_types(), "postgres", [](const SinkType& t) { return t.component.name; });
  return type->create({.name = "bench",
                       .state = {},
                       .settings = configuration->sinks.front().settings,
                       .format = type->default_format,
                       .clock = clock});
}

PGconn* connect(const std::string& url) {
  PGconn* connection = PQconnectdb(url.c_str());
  if (PQstatus(connection) == CONNECTION_OK) return connection;
  const std::string why = PQerrorMessage(connection);
  PQfinish(connection);
  throw std::runtime_error(why);
}

void append_big(std::string& out, std::uint64_t value, int bytes) {
  const std::uint64_t big = htobe64(value << (64 - 8 * bytes));
  out.append(reinterpret_cast<const char*>(&big), static_cast<std::size_t>(bytes));
}

}  // namespace

PostgresSinkUnderTest::PostgresSinkUnderTest(const std::string& url) : sink_(make_sink(url, clock_)) {}

void PostgresSinkUnderTest::open(const Origin& origin) {
  require(sink_->open({.source = origin.source, .epoch = origin.epoch, .state = state_}));
}

void PostgresSinkUnderTest::write(std::span<const BatchPtr> batches) {
  Written written = require(sink_->write(batches));
  if (!written.rejected.empty() || !written.skipped.empty()) throw std::runtime_error("rows were not stored");
  state_ = std::move(written.state);
}

void connect_bare(const std::string& url) {
  PQfinish(connect(url));
}

BareCopy::BareCopy(const std::string& url, const Batch& example)
    : connection_(connect(url)),
      columns_(columns_of(example.rows.front().series->measurement(), RowFormat{})),
      copy_("COPY collector.net_data(time, source, series_id, span, flags") {
  for (const Column& column : columns_)
    copy_ += ", \"" + column.name + "\"";
  copy_ += ") FROM STDIN (FORMAT binary)";
}

BareCopy::~BareCopy() {
  PQfinish(connection_);
}

void BareCopy::append_row(const Batch& batch, const Row& row) {
  append_big(buffer_, 5 + columns_.size(), 2);
  append_big(buffer_, 8, 4);
  append_big(buffer_, static_cast<std::uint64_t>((unix_seconds(row.start) - 946'684'800) * 1'000'000), 8);
  append_big(buffer_, 16, 4);
  buffer_.append(reinterpret_cast<const char*>(batch.origin.source.bytes.data()), 16);
  append_big(buffer_, 8, 4);
  append_big(buffer_, static_cast<std::uint64_t>(row.series->id()), 8);
  append_big(buffer_, 8, 4);
  append_big(buffer_, 30'000, 8);
  append_big(buffer_, 4, 4);
  append_big(buffer_, row.flags, 4);
  const auto cells = batch.cells_of(row);
  for (const Column& column : columns_) {
    append_big(buffer_, 8, 4);
    const Cell& cell = cells[column.field];
    append_big(buffer_,
               column.real ? std::bit_cast<std::uint64_t>(real_of(cell, column))
                           : static_cast<std::uint64_t>(integer_of(cell, column)),
               8);
  }
}

void BareCopy::execute(const std::string& sql, int wanted) {
  PGresult* result = PQexec(connection_, sql.c_str());
  const bool good = PQresultStatus(result) == wanted;
  PQclear(result);
  if (!good) throw std::runtime_error(PQerrorMessage(connection_));
}

void BareCopy::write(std::span<const BatchPtr> batches) {
  constexpr std::size_t piece = 256 * 1024;
  const auto put = [this] {
    if (PQputCopyData(connection_, buffer_.data(), static_cast<int>(buffer_.size())) != 1)
      throw std::runtime_error(PQerrorMessage(connection_));
    buffer_.clear();
  };
  execute("BEGIN", PGRES_COMMAND_OK);
  execute(copy_, PGRES_COPY_IN);
  buffer_.assign("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
  for (const BatchPtr& batch : batches)
    for (const Row& row : batch->rows) {
      append_row(*batch, row);
      if (buffer_.size() > piece) put();
    }
  append_big(buffer_, 0xFFFF, 2);
  put();
  if (PQputCopyEnd(connection_, nullptr) != 1) throw std::runtime_error(PQerrorMessage(connection_));
  for (PGresult* result = nullptr; (result = PQgetResult(connection_)) != nullptr;) {
    const bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    if (!good) throw std::runtime_error(PQerrorMessage(connection_));
  }
  execute("COMMIT", PGRES_COMMAND_OK);
}

}  // namespace collector::bench
