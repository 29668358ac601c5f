#include "tests/sinks/postgres/postgres_fixture.h"

#include <utility>

#include "tests/sinks/postgres/postgres_settings.h"

namespace collector::test {

PostgresSinkTest::PostgresSinkTest(PostgresServer::Options options)
    : server_(std::move(options)), settings_(postgres_settings(server_.url())) {}

std::unique_ptr<Sink> PostgresSinkTest::make_sink() const {
  return postgres_sink().create({.name = "cloud",
                                 .state = {},
                                 .settings = settings_,
                                 .format = format_,
                                 .clock = clock_,
                                 .every = std::chrono::minutes(15)});
}

std::string PostgresSinkTest::write(Sink& sink, const BatchMaker& maker,
                                    const std::vector<BatchPtr>& batches) {
  const auto opened =
      sink.open({.source = maker.source(), .epoch = maker.epoch(), .state = state_, .keep_rejected = keep_});
  const auto failed = [this](const SinkFailure& failure) {
    failure_ = failure;
    return failure.what + "; " + failure.remedy;
  };
  if (!opened) return failed(opened.error());
  opened_ = *opened;
  auto written = sink.write(batches);
  sink.close();
  if (!written) return failed(written.error());
  state_ = written->state;
  written_ = std::move(*written);
  return "";
}

}  // namespace collector::test
