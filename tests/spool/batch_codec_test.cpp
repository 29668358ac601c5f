#include "collector/spool/batch_codec.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "collector/spool/crc32c.h"
#include "tests/spool/batches.h"

namespace collector {
namespace {

// Gives ids as the spool does: by series and definition.
class Ids {
 public:
  std::vector<RowIds> of(const Batch& batch) {
    std::vector<RowIds> ids;
    for (const Row& row : batch.rows) {
      const auto [series, added] =
          numbers_.emplace(row.series, static_cast<std::int64_t>(numbers_.size()) + 1);
      const auto [definition, made] = definitions_.emplace(
          &row.series->measurement(), static_cast<std::int64_t>(definitions_.size()) + 1);
      ids.push_back({series->second, definition->second});
      by_ids_[{series->second, definition->second}] = row.series;
    }
    return ids;
  }
  SeriesByIds finder() const {
    return [this](RowIds ids) -> SeriesPtr {
      const auto found = by_ids_.find({ids.series, ids.definition});
      return found == by_ids_.end() ? nullptr : found->second;
    };
  }

 private:
  std::map<SeriesPtr, std::int64_t> numbers_;
  std::map<const Measurement*, std::int64_t> definitions_;
  std::map<std::pair<std::int64_t, std::int64_t>, SeriesPtr> by_ids_;
};

std::vector<std::byte> encoded(const Batch& batch, Ids& ids) {
  std::vector<std::byte> out;
  encode_batch(batch, ids.of(batch), out);
  return out;
}

void mend_checksum(std::vector<std::byte>& bytes) {
  const std::uint32_t checksum = crc32c(std::span(bytes).subspan(5));
  for (std::size_t i = 0; i < 4; ++i)
    bytes[1 + i] = static_cast<std::byte>(checksum >> (8 * i));
}

TEST(Crc32c, KnownValues) {
  for (const auto sum : {crc32c, crc32c_by_table}) {
    const auto of = [&](std::string_view text) { return sum(std::as_bytes(std::span(text))); };
    EXPECT_EQ(of(""), 0U);
    EXPECT_EQ(of("123456789"), 0xE3069283U);
    EXPECT_EQ(of(std::string(32, '\0')), 0x8A9136AAU);
    // Bytes from 0 to 31, as RFC 3720 B.4 gives them.
    std::string rising;
    for (char c = 0; c < 32; ++c)
      rising += c;
    EXPECT_EQ(of(rising), 0x46DD794EU);
  }
}

TEST(Crc32c, IsTheSameWithAndWithoutTheInstruction) {
  std::vector<std::byte> bytes;
  for (unsigned i = 0; i < 300; ++i) {
    EXPECT_EQ(crc32c(bytes), crc32c_by_table(bytes)) << i;
    bytes.push_back(static_cast<std::byte>(i * 7919 >> 3));
  }
}

TEST(BatchCodec, RoundTripOfRandomBatches) {
  SeriesTable table;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    test::RandomBatches random(seed, table);
    const Batch batch = random.batch(seed % 40);
    Ids ids;
    const auto bytes = encoded(batch, ids);
    const auto decoded = decode_batch(bytes, ids.finder());
    ASSERT_TRUE(decoded) << "seed " << seed << ": " << decoded.error().text();
    ASSERT_EQ(test::difference(batch, *decoded), "") << "seed " << seed;
  }
}

// A row begins with a bit for each field, in whole bytes.
TEST(BatchCodec, AnyNumberOfFieldsIsReadBack) {
  SeriesTable table;
  for (std::size_t fields = 1; fields <= 33; ++fields) {
    Measurement measurement{"wide", "Many fields", {}, {}};
    for (std::size_t i = 0; i < fields; ++i)
      measurement.fields.push_back(
          {fmt::format("f{}", i), FieldKind::gauge, FieldType::integer, "1", "A number"});
    Batch batch;
    Row row;
    row.series = table.intern(std::make_shared<const Measurement>(measurement), {});
    row.end = WallTime(std::chrono::seconds(30));
    for (int repeated = 0; repeated < 2; ++repeated) {
      const auto cells = batch.add(row);
      for (std::size_t i = 0; i < fields; ++i) {
        const auto value = static_cast<std::int64_t>(i + 1);
        cells[i].present = i % 3 != 1;
        if (cells[i].present) cells[i].integers = {value, value, value, value};
      }
    }
    Ids ids;
    const auto decoded = decode_batch(encoded(batch, ids), ids.finder());
    ASSERT_TRUE(decoded) << fields << ": " << decoded.error().text();
    ASSERT_EQ(test::difference(batch, *decoded), "") << fields;
  }
}

TEST(BatchCodec, EveryTruncationIsAnError) {
  SeriesTable table;
  test::RandomBatches random(1, table);
  Ids ids;
  const auto bytes = encoded(random.batch(12), ids);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_FALSE(decode_batch(cut, ids.finder())) << size;
    if (size < 5) continue;
    mend_checksum(cut);  // so that the decoder itself has to notice
    const auto decoded = decode_batch(cut, ids.finder());
    ASSERT_FALSE(decoded) << size;
    EXPECT_NE(decoded.error().what.find("at byte"), std::string::npos) << decoded.error().what;
  }
}

TEST(BatchCodec, EveryFlippedBitIsAnError) {
  SeriesTable table;
  test::RandomBatches random(2, table);
  Ids ids;
  const auto bytes = encoded(random.batch(8), ids);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto flipped = bytes;
    flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    ASSERT_FALSE(decode_batch(flipped, ids.finder())) << "bit " << bit;
  }
}

TEST(BatchCodec, DamageBehindAGoodChecksumNeverCrashes) {
  SeriesTable table;
  test::RandomBatches random(3, table);
  Ids ids;
  const auto bytes = encoded(random.batch(20), ids);
  std::size_t errors = 0;
  for (int i = 0; i < 5000; ++i) {
    auto damaged = bytes;
    for (std::uint64_t k = 0; k <= random.random() % 4; ++k)
      damaged[5 + random.random() % (damaged.size() - 5)] = static_cast<std::byte>(random.random());
    mend_checksum(damaged);
    if (!decode_batch(damaged, ids.finder())) ++errors;
  }
  EXPECT_GT(errors, 1000U);
}

TEST(BatchCodec, BytesAfterTheEndAreAnError) {
  Ids ids;
  auto bytes = encoded(Batch{}, ids);
  bytes.push_back(std::byte{0});
  mend_checksum(bytes);
  const auto decoded = decode_batch(bytes, ids.finder());
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().what.find("1 bytes after its end"), std::string::npos) << decoded.error().what;
}

// As of a program that writes more than this one knows.
TEST(BatchCodec, UnknownPartsOfARowAreAnError) {
  SeriesTable table;
  Ids ids;
  const auto bytes = encoded(test::traffic_batch(table, "eth0", 1, WallTime{}), ids);
  std::size_t found = 0;
  for (std::size_t at = 5; at < bytes.size(); ++at) {
    auto more = bytes;
    more[at] |= std::byte{0x20};
    if (more[at] == bytes[at]) continue;
    mend_checksum(more);
    const auto decoded = decode_batch(more, ids.finder());
    if (!decoded && decoded.error().what.contains("unknown parts of a row")) ++found;
  }
  EXPECT_EQ(found, 1U);
}

TEST(BatchCodec, UnknownSeriesAndVersionAreNamed) {
  SeriesTable table;
  Ids ids;
  auto bytes = encoded(test::traffic_batch(table, "eth0", 5, WallTime{}), ids);
  const auto lost = decode_batch(bytes, [](RowIds) { return nullptr; });
  ASSERT_FALSE(lost);
  EXPECT_NE(lost.error().what.find("unknown series 1 of definition 1"), std::string::npos)
      << lost.error().what;
  bytes[0] = std::byte{9};
  const auto newer = decode_batch(bytes, ids.finder());
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().what.find("batch of version 9"), std::string::npos) << newer.error().what;
}

// What version 1 wrote once must be readable for ever: spools live longer than programs.
TEST(BatchCodec, GoldenVersion1) {
  SeriesTable table;
  Ids ids;
  Batch batch = test::traffic_batch(table, "eth0", 1000, WallTime(std::chrono::seconds(1767225600)));
  batch.rows[0].flags = flag::gap | flag::recovered;
  const auto cells = batch.add({.series = table.intern(test::load(), {}),
                                .start = batch.rows[0].start,
                                .end = batch.rows[0].end,
                                .samples = 30,
                                .clock_steps = 2});
  cells[0].present = cells[1].present = true;
  cells[0].reals = {0.5, 0.25, 1, 0.75};
  cells[1].integers = {200, 190, 210, 205};
  constexpr std::string_view golden =
      "0121d8f5df0104686f7374047465737401027570020f02028080d0dfbd94b9863180b09dc2df011e0c0723d00fd00f3ff803a0"
      "1fa0"
      "1f00190402000203213fe0023fd0023ff0023fe801900313140a";
  std::string hex;
  for (const std::byte b : encoded(batch, ids))
    hex += fmt::format("{:02x}", static_cast<unsigned>(b));
  EXPECT_EQ(hex, golden);
  std::vector<std::byte> stored;
  for (std::size_t i = 0; i < golden.size(); i += 2)
    stored.push_back(static_cast<std::byte>(std::stoi(std::string(golden.substr(i, 2)), nullptr, 16)));
  const auto decoded = decode_batch(stored, ids.finder());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(test::difference(batch, *decoded), "");
}

TEST(BatchCodec, IdleRowsAreSmall) {
  SeriesTable table;
  Ids ids;
  Batch batch;
  for (int i = 0; i < 100; ++i)
    test::add_traffic(batch, table.intern(test::traffic(), {{"interface", fmt::format("eth{}", i)}}),
                      WallTime{}, 0, 0);
  EXPECT_LT(encoded(batch, ids).size(), 100 * 9U);
}

}  // namespace
}  // namespace collector
