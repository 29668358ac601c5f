// What the writers of rows keep as text because it repeats never shows, and keeps nothing else.
#include <gtest/gtest.h>

#include "collector/formats/line_protocol_writer.h"
#include "collector/formats/row_json_writer.h"
#include "tests/formats/rows.h"

namespace collector {
namespace {

using namespace test;
using namespace std::chrono_literals;

template <typename Writer>
class RowWriters : public ::testing::Test {
 protected:
  static std::string line_of(const Batch& batch, Writer& writer) {
    std::string out;
    writer.begin(batch);
    writer.append(batch.rows.front(), out);
    return out;
  }
};
using Writers = ::testing::Types<LineProtocolWriter, RowJsonWriter>;
class WriterNames {
 public:
  template <typename Writer>
  static std::string GetName(int) {
    return std::is_same_v<Writer, RowJsonWriter> ? "Json" : "LineProtocol";
  }
};
TYPED_TEST_SUITE(RowWriters, Writers, WriterNames);

// Many batches with changing labels, times and series, against one fresh writer for each row.
TYPED_TEST(RowWriters, WriteWhatAFreshOneWrites) {
  SeriesTable table;
  const auto measurement = every_kind();
  TypeParam writer({});
  for (int i = 0; i < 3000; ++i) {
    // Gone again at the end of the round, so that addresses come back.
    auto [batch, cells] = one_row(table.intern(measurement, {{"n", std::to_string(i)}}));
    cells[0] = counter_cell(i, i, i * 0.5);
    batch.origin.sequence = static_cast<std::uint64_t>(i);
    if (i % 3 == 0) batch.labels = {{"host", "host" + std::to_string(i % 2)}};
    Row& row = batch.rows[0];
    row.start += (i % 4) * 1s;
    row.end += (i % 6) * 1s;
    row.clock_steps = i % 5 == 0 ? 1 : 0;
    TypeParam fresh({});
    const std::string line = this->line_of(batch, fresh);
    ASSERT_FALSE(line.empty());
    ASSERT_EQ(this->line_of(batch, writer), line);
    batch = {};
    table.sweep();
  }
}

TYPED_TEST(RowWriters, KeepNoSeriesAlive) {
  SeriesTable table;
  TypeParam writer({});
  {
    auto [batch, cells] = one_row(table.intern(every_kind(), {}));
    cells[0] = counter_cell(1, 1, 1);
    ASSERT_FALSE(this->line_of(batch, writer).empty());
  }
  EXPECT_EQ(table.sweep(), 1U);
}

}  // namespace
}  // namespace collector
