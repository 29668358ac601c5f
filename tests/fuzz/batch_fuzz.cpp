// The spool's encoding of batches. The checksum is put before the fuzzer's bytes, or it would stop
// everything; what is read is written back to bytes that read the same.
#include <array>
#include <memory>
#include <vector>

#include "collector/core/series.h"
#include "collector/spool/batch_codec.h"
#include "collector/spool/batch_layout.h"
#include "collector/spool/crc32c.h"
#include "tests/fuzz/expect.h"

namespace {

using namespace collector;

// Small odd numbers are series, of four measurements with every shape of cell; all others are unknown.
SeriesPtr series_by_ids(RowIds ids) {
  static const std::array<MeasurementPtr, 4> measurements = [] {
    const auto made = [](const char* name, std::vector<Field> fields) {
      return std::make_shared<const Measurement>(
          Measurement{.name = name, .sentence = "A measurement.", .tags = {}, .fields = std::move(fields)});
    };
    const auto field = [](const char* name, FieldKind kind, FieldType type) {
      return Field{.name = name, .kind = kind, .type = type, .unit = "1", .sentence = "A field"};
    };
    const Field counter = field("c", FieldKind::counter, FieldType::integer);
    const Field integers = field("i", FieldKind::gauge, FieldType::integer);
    const Field reals = field("r", FieldKind::gauge, FieldType::real);
    const Field text = field("t", FieldKind::state, FieldType::text);
    return std::array<MeasurementPtr, 4>{made("counters", {counter, counter, counter}),
                                         made("mixed", {counter, integers, reals, text}), made("none", {}),
                                         made("texts", {text, text})};
  }();
  static const std::array<SeriesPtr, 4> all = [] {
    std::array<SeriesPtr, 4> made;
    for (std::size_t i = 0; i < made.size(); ++i)
      made[i] = std::make_shared<const Series>(measurements[i], std::vector<Tag>{{"key", std::to_string(i)}});
    return made;
  }();
  const auto at = static_cast<std::uint64_t>(ids.series) / 2;
  return ids.series % 2 != 0 && at < all.size() ? all[at] : nullptr;
}

std::vector<std::byte> with_checksum(const std::uint8_t* data, std::size_t size) {
  const auto body = std::as_bytes(std::span(data, size));
  const std::uint32_t checksum = crc32c(body);
  std::vector<std::byte> bytes{std::byte{batch_codec_version}};
  for (unsigned i = 0; i < 4; ++i)
    bytes.push_back(static_cast<std::byte>(checksum >> (8 * i)));
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<RowIds> ids;
  const auto remember = [&](RowIds row) {
    ids.push_back(row);
    return series_by_ids(row);
  };
  decode_batch(std::as_bytes(std::span(data, size)), series_by_ids);
  const auto batch = decode_batch(with_checksum(data, size), remember);
  if (!batch || ids.size() != batch->rows.size()) return 0;
  std::vector<std::byte> bytes;
  encode_batch(*batch, ids, bytes);
  const auto again = decode_batch(bytes, series_by_ids);
  test::expect(again.has_value(), "what was written reads");
  std::vector<std::byte> bytes_again;
  encode_batch(*again, ids, bytes_again);
  test::expect(bytes == bytes_again, "what was read is what was written");
  return 0;
}
