#include "collector/spool/baseline_codec.h"

#include <fmt/format.h>

#include "collector/spool/bytes.h"
#include "collector/spool/crc32c.h"

namespace collector {
namespace {

constexpr unsigned version = 1;

}  // namespace

void encode_baseline(const Baseline& baseline, std::int64_t boot, std::vector<std::byte>& out) {
  out.clear();
  ByteWriter writer(out);
  writer.byte(version);
  writer.varint(static_cast<std::uint64_t>(boot));
  writer.varint(baseline.space);
  writer.varint(baseline.object);
  writer.number(baseline.taken.wall.time_since_epoch().count());
  writer.number(baseline.taken.boot.time_since_epoch().count());
  writer.varint(baseline.counters.size());
  for (const Baseline::Counter& counter : baseline.counters) {
    writer.byte(counter.present ? 1 : 0);
    if (!counter.present) continue;
    writer.varint(counter.raw);
    // Mostly the same as the raw value or off by a constant: the difference is short.
    writer.number(wrapping_difference(counter.total, static_cast<std::int64_t>(counter.raw)));
  }
  writer.fixed32(crc32c(out));
}

Result<StoredBaseline> decode_baseline(std::span<const std::byte> bytes) {
  constexpr std::size_t checksum_size = 4;
  if (bytes.size() < checksum_size) return fail("damaged baseline: cut off");
  const auto content = bytes.first(bytes.size() - checksum_size);
  if (ByteReader(bytes.last(checksum_size)).fixed32() != crc32c(content))
    return fail("damaged baseline: its checksum does not fit");
  ByteReader in(content);
  if (const unsigned found = in.byte(); found != version)
    return fail(fmt::format("baseline of version {}, known is {}", found, version));
  StoredBaseline stored;
  Baseline& baseline = stored.baseline;
  stored.boot = static_cast<std::int64_t>(in.varint());
  baseline.space = in.varint();
  baseline.object = in.varint();
  baseline.taken.wall = WallTime(Duration(in.number()));
  baseline.taken.boot = BootTime(Duration(in.number()));
  const std::uint64_t counters = in.varint();
  for (std::uint64_t i = 0; i < counters && !in.failed(); ++i) {
    Baseline::Counter& counter = baseline.counters.emplace_back();
    counter.present = in.byte() != 0;
    if (!counter.present) continue;
    counter.raw = in.varint();
    counter.total = wrapping_sum(static_cast<std::int64_t>(counter.raw), in.number());
  }
  if (in.failed() || in.remaining() != 0)
    return fail(fmt::format("damaged baseline at byte {}", in.offset()));
  return stored;
}

}  // namespace collector
