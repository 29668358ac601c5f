// A Postgres sink on a server of the test's own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "sinks/postgres/postgres_sink.h"
#include "tests/sinks/batches.h"
#include "tests/support/manual_clock.h"
#include "tests/support/postgres_server.h"

namespace collector::test {

class PostgresSinkTest : public testing::Test {
 protected:
  explicit PostgresSinkTest(PostgresServer::Options options = {});

  std::unique_ptr<Sink> make_sink() const;
  // Opens for this machine, with what was remembered of the last write, and writes; the failure's text when
  // that did not work.
  std::string write(Sink& sink, const BatchMaker& maker, const std::vector<BatchPtr>& batches);
  std::string sql(const std::string& query) const { return server_.query(query); }

  PostgresServer server_;
  ManualClock clock_;
  RowFormat format_;
  Settings settings_;
  std::string state_;
  KeepRejected keep_;
  OpenedSink opened_;
  Written written_;  // of the last write()
  SinkFailure failure_;
};

}  // namespace collector::test
