// Names that servers misread or refuse: each is a series of its own in InfluxDB, the real one where there is
// a package.
#include <gtest/gtest.h>

#include "tests/sinks/influx/influx_fixture.h"
#include "tests/sinks/influx/influx_stub.h"
#include "tests/support/influx_server.h"
#include "tests/support/victoria_server.h"

namespace collector::test {
namespace {

const std::vector<std::string>& odd_names() {
  static const std::vector<std::string> names{
      "a",       "a\\",  "a\\\\",    "a\\\\\\",      "\\",      "\\\\",   "a\\ b",
      "a\\\\ b", "a b",  "a\\,b",    "a\\\\,b",      "a,b",     "a\\=b",  "a=b",
      "a\\\"b",  "a\"b", "a\\nb",    "a\nb",         "a\tb",    "a\\tb",  "a\rb",
      "a\x1b",   "a%1B", "a%251B",   "caf\xe9",      "caf\xe8", "caf%E9", "caf\xc3\xa9",
      "caf\xc3", "\xff", "\xfe",     "\xef\xbf\xbd", "#a",      "%",      "%%",
      "a\\\\b",  "a\\b", "a\\\\\\b", "\"",           "\\\"",    " ",      "\\ ",
      "=",       ","};
  return names;
}

class InfluxOddNames : public InfluxSinkTest {
 protected:
  std::vector<BatchPtr> batches() {
    maker_.begin();
    std::int64_t bytes = 1;
    for (const std::string& name : odd_names())
      maker_.net(name, 0, bytes++);
    return {maker_.take()};
  }
};

TEST_F(InfluxOddNames, StayApartInInfluxDb1) {
  const InfluxServer server;
  settings_.set("url", server.url());
  const Written written = deliver(batches());
  EXPECT_TRUE(written.rejected.empty()) << written.rejected.front().why;
  const auto count = static_cast<std::int64_t>(odd_names().size());
  EXPECT_EQ(server.number("SELECT count(bytes_recv) FROM net"), count);
  EXPECT_EQ(server.number("SELECT sum(bytes_recv) FROM net"), count * (count + 1) / 2);
}

TEST_F(InfluxOddNames, StayApartInInfluxDb2And3) {
  for (const auto version : {InfluxStub::Version::two, InfluxStub::Version::three}) {
    const InfluxStub server(version);
    sink_.reset();
    sink_state_.clear();
    settings_.set("url", server.url());
    settings_.set("token", std::string(InfluxStub::token));
    settings_.set(version == InfluxStub::Version::two ? "bucket" : "database",
                  std::string(InfluxStub::bucket));
    if (version == InfluxStub::Version::two) settings_.set("org", std::string(InfluxStub::organization));
    const Written written = deliver(batches());
    EXPECT_TRUE(written.rejected.empty()) << written.rejected.front().why;
    EXPECT_EQ(server.points(), odd_names().size());
  }
}

TEST_F(InfluxOddNames, StayApartInVictoriaMetrics) {
  const VictoriaServer server;
  settings_.set("url", server.url());
  const Written written = deliver(batches());
  EXPECT_TRUE(written.rejected.empty()) << written.rejected.front().why;
  server.flush();
  EXPECT_EQ(server.samples("net_bytes_recv").size(), odd_names().size());
}

// A label named like a tag that only some series have: no configuration can have it, but a spool might.
TEST_F(InfluxOddNames, ALineThatWouldOverwriteAnotherIsADeadLetter) {
  const InfluxServer server;
  settings_.set("url", server.url());
  maker_.begin({{"host", "laptop"}, {"node", "0"}});
  maker_.mem(0, 1);
  maker_.row(row_of(maker_.series(mem_measurement(), {{"node", "0"}}), 0), {integer_cell(2, 2, 2, 2)});
  const Written written = deliver({maker_.take()});
  ASSERT_EQ(written.rejected.size(), 1U);
  EXPECT_EQ(written.rejected[0].row, 1U);
  EXPECT_NE(written.rejected[0].why.find("overwrite"), std::string::npos) << written.rejected[0].why;
  EXPECT_EQ(server.number("SELECT sum(used) FROM mem"), 1);
}

}  // namespace
}  // namespace collector::test
