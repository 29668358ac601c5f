// A PostgreSQL of the benchmark's own, a sink on it, fed by hand; and the same rows brought into the same
// table by the shortest program that could: libpq, and COPY in its binary form.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/formats/row_format.h"
#include "sinks/sink.h"

struct pg_conn;

namespace collector::bench {

class PostgresSinkUnderTest {
 public:
  explicit PostgresSinkUnderTest(const std::string& url);
  void open(const Origin& origin);
  void write(std::span<const BatchPtr> batches);
  void close() { sink_->close(); }

 private:
  SystemClock clock_;
  std::unique_ptr<Sink> sink_;
  std::string state_;
};

// Connects and leaves.
void connect_bare(const std::string& url);

class BareCopy {
 public:
  // The sink has made the table for rows like those of `example`.
  BareCopy(const std::string& url, const Batch& example);
  ~BareCopy();
  BareCopy(const BareCopy&) = delete;
  BareCopy& operator=(const BareCopy&) = delete;
  void write(std::span<const BatchPtr> batches);  // one transaction

 private:
  void append_row(const Batch& batch, const Row& row);
  void execute(const std::string& sql, int wanted);

  pg_conn* connection_;
  std::vector<Column> columns_;
  std::string copy_;
  std::string buffer_;
};

}  // namespace collector::bench
