// Batches for one sink alone (rows fed back, `dropped`), where another sink leads to the same database, and
// after an upgrade from a version that followed all batches by one position.
#include "sinks/postgres/addressed.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/sinks/postgres/postgres_fixture.h"
#include "tests/sinks/postgres/postgres_settings.h"

namespace collector::test {
namespace {

using postgres_store::addressed_epoch;

class PostgresAddressed : public PostgresSinkTest {
 protected:
  // The same database under another name of its host.
  std::unique_ptr<Sink> make_twin() {
    std::string url = server_.url();
    url.replace(url.find("127.0.0.1"), 9, "localhost");
    twin_settings_ = postgres_settings(url);
    return postgres_sink().create({.name = "twin",
                                   .state = {},
                                   .settings = twin_settings_,
                                   .format = format_,
                                   .clock = clock_,
                                   .every = std::chrono::minutes(15)});
  }
  BatchPtr batch(std::int64_t bytes, const std::string& only_sink = {}) {
    Batch made = *maker_.begin().net("eth0", 30 * static_cast<std::int64_t>(maker_.sequence()), bytes).take();
    made.only_sink = only_sink;
    return std::make_shared<const Batch>(std::move(made));
  }
  std::string sum() const { return sql("SELECT coalesce(sum(bytes_recv), 0) FROM collector.net"); }

  BatchMaker maker_;
  Settings twin_settings_;
};

TEST_F(PostgresAddressed, TwoSinksOfOneDatabaseEachDeliverWhatIsTheirs) {
  const BatchPtr first = batch(1);
  const BatchPtr clouds = batch(10, "cloud");
  const BatchPtr second = batch(100);
  const BatchPtr twins = batch(1000, "twin");
  const BatchPtr third = batch(10000);
  const auto cloud = make_sink();
  const auto twin = make_twin();
  ASSERT_EQ(write(*twin, maker_, {first, second, twins, third}), "");
  EXPECT_EQ(sum(), "11101");
  const std::string twin_state = std::exchange(state_, "");
  // The other one is further, and has not stored what was never its own.
  ASSERT_EQ(write(*cloud, maker_, {first, clouds, second, third}), "");
  EXPECT_EQ(sum(), "11111");
  EXPECT_EQ(written_.skipped.size(), 3U);
  ASSERT_TRUE(opened_.position);
  EXPECT_EQ(opened_.position->sequence, third->origin.sequence);
  // Everything comes again, to new processes that have forgotten all: once each is enough.
  for (const bool is_twin : {true, false}) {
    state_.clear();
    ASSERT_EQ(is_twin ? write(*make_twin(), maker_, {first, second, twins, third})
                      : write(*make_sink(), maker_, {first, clouds, second, third}),
              "");
    EXPECT_EQ(written_.skipped.size(), 4U);
  }
  EXPECT_EQ(sum(), "11111");
  state_ = twin_state;
  const BatchPtr more = batch(100000, "twin");
  ASSERT_EQ(write(*twin, maker_, {more}), "");
  ASSERT_EQ(write(*twin, maker_, {more, batch(1000000)}), "") << "after its own batch alone";
  EXPECT_EQ(sum(), "1111111");
}

TEST_F(PostgresAddressed, ItsPositionIsTheHigherOne) {
  ASSERT_EQ(write(*make_sink(), maker_, {batch(1), batch(2, "cloud")}), "");
  state_.clear();
  ASSERT_EQ(write(*make_sink(), maker_, {}), "");
  ASSERT_TRUE(opened_.position);
  EXPECT_EQ(opened_.position->sequence, maker_.sequence());
  EXPECT_EQ(opened_.position->epoch, maker_.epoch());
}

// What 0.1.0 has made: its tables, its words with the cursor.
TEST_F(PostgresAddressed, AfterAnUpgradeNothingIsStoredTwiceAndNothingIsLost) {
  for (int i = 0; i < 3; ++i)
    batch(1);
  const std::uint64_t known = maker_.sequence();
  const BatchPtr addressed = batch(10, "cloud");
  const BatchPtr last = batch(100);
  sql(fmt::format(R"(
SET ROLE collector;
CREATE SCHEMA collector;
CREATE TABLE collector.schema_version(version integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now());
CREATE TABLE collector.position(source uuid NOT NULL, epoch uuid NOT NULL, sequence bigint NOT NULL,
  changed timestamptz NOT NULL DEFAULT now(), PRIMARY KEY(source, epoch)) WITH (fillfactor = 50);
CREATE TABLE collector.series(source uuid NOT NULL, id bigint NOT NULL, measurement text NOT NULL,
  host text NOT NULL, tags jsonb NOT NULL, PRIMARY KEY(source, id));
INSERT INTO collector.schema_version(version) VALUES (1);
INSERT INTO collector.position(source, epoch, sequence) VALUES ('{}', '{}', {});
CREATE TABLE collector.net_data(time timestamptz NOT NULL, source uuid NOT NULL, series_id bigint NOT NULL,
  span bigint NOT NULL, flags integer NOT NULL, bytes_recv bigint);
INSERT INTO collector.series VALUES ('{}', 7, 'net', 'laptop', '{{"interface":"eth0"}}');
INSERT INTO collector.net_data VALUES ('2026-01-01', '{}', 7, 30000, 0, 113);)",
                  maker_.source().text(), maker_.epoch().text(), maker_.sequence(), maker_.source().text(),
                  maker_.source().text()));
  // It was killed before the cursor had followed: batches that it has stored come again.
  state_ = fmt::format("postgres1 {} {} {} -", maker_.source().text(), maker_.epoch().text(), known);
  const BatchPtr new_addressed = batch(1000, "cloud");
  const BatchPtr new_last = batch(10000);
  const std::vector<BatchPtr> all{addressed, last, new_addressed, new_last};
  ASSERT_EQ(write(*make_sink(), maker_, all), "");
  EXPECT_EQ(sum(), "11113");
  EXPECT_EQ(written_.skipped.size(), 2U);
  EXPECT_TRUE(state_.starts_with("postgres2 ")) << state_;
  // And once more, with the old words (a lost cursor), and with none.
  for (const std::string& state :
       {fmt::format("postgres1 {} {} {} -", maker_.source().text(), maker_.epoch().text(), known),
        std::string()}) {
    state_ = state;
    ASSERT_EQ(write(*make_sink(), maker_, all), "");
    EXPECT_EQ(sum(), "11113");
  }
}

TEST(AddressedEpoch, IsTheSameForTheSameSinkOnly) {
  const Uuid epoch = *Uuid::parse("01234567-89ab-4def-8123-456789abcdef");
  EXPECT_EQ(addressed_epoch(epoch, "cloud"), addressed_epoch(epoch, "cloud"));
  EXPECT_NE(addressed_epoch(epoch, "cloud"), addressed_epoch(epoch, "clouds"));
  EXPECT_NE(addressed_epoch(epoch, "cloud"), addressed_epoch(Uuid::random(), "cloud"));
  EXPECT_NE(addressed_epoch(epoch, ""), epoch);
}

}  // namespace
}  // namespace collector::test
