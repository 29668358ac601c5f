#include "tests/sinks/influx/influx_fixture.h"

#include "sinks/influx/influx_sink.h"

namespace collector::test {

std::unique_ptr<Sink> InfluxSinkTest::make_sink() {
  return influx_sink().create({"grafana", state_.path(), settings_, format_, clock_});
}

Written InfluxSinkTest::deliver(const std::vector<BatchPtr>& batches) {
  if (!sink_) sink_ = make_sink();
  const auto opened = sink_->open({.source = maker_.source(), .epoch = maker_.epoch(), .state = sink_state_});
  EXPECT_TRUE(opened) << opened.error().what << "; " << opened.error().remedy;
  if (!opened) return {};
  auto written = sink_->write(batches);
  EXPECT_TRUE(written) << written.error().what << "; " << written.error().remedy;
  sink_->close();
  if (!written) return {};
  sink_state_ = written->state;
  return *std::move(written);
}

SinkFailure InfluxSinkTest::fail_to_open() {
  sink_ = make_sink();
  const auto opened = sink_->open({.source = maker_.source(), .epoch = maker_.epoch(), .state = sink_state_});
  sink_->close();
  EXPECT_FALSE(opened);
  return opened ? SinkFailure{} : opened.error();
}

SinkFailure InfluxSinkTest::fail_to_write(const std::vector<BatchPtr>& batches) {
  if (!sink_) sink_ = make_sink();
  const auto opened = sink_->open({.source = maker_.source(), .epoch = maker_.epoch(), .state = sink_state_});
  EXPECT_TRUE(opened) << opened.error().what;
  if (!opened) return {};
  const auto written = sink_->write(batches);
  sink_->close();
  EXPECT_FALSE(written);
  return written ? SinkFailure{} : written.error();
}

std::string InfluxSinkTest::note(const std::string& name) const {
  for (const SinkNote& note : sink_->notes())
    if (note.name == name) return note.text;
  return {};
}

}  // namespace collector::test
