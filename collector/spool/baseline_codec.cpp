#include "collector/spool/baseline_codec.h"

#include <fmt/format.h>

#include "collector/spool/bytes.h"
#include "collector/spool/crc32c.h"

namespace collector {
namespace {

constexpr unsigned version = 2;
constexpr unsigned version_of_one_object = 1;

// What the first version wrote: the one object that a series showed, each counter with its total.
void read_one_object(ByteReader& in, Baseline& baseline) {
  Baseline::Object& object = baseline.objects.emplace_back();
  object.space = in.varint();
  object.object = in.varint();
  baseline.taken.wall = WallTime(Duration(in.number()));
  baseline.taken.boot = BootTime(Duration(in.number()));
  object.taken = baseline.taken;
  const std::uint64_t counters = in.varint();
  for (std::uint64_t i = 0; i < counters && !in.failed(); ++i) {
    auto& raw = object.raw.emplace_back();
    auto& total = baseline.totals.emplace_back();
    if (in.byte() == 0) continue;
    raw = in.varint();
    total = wrapping_sum(static_cast<std::int64_t>(*raw), in.number());
  }
}

void write_object(ByteWriter& writer, const Baseline& baseline, const Baseline::Object& object) {
  writer.varint(object.space);
  writer.varint(object.object);
  // Mostly those of the series itself.
  writer.number((object.taken.wall - baseline.taken.wall).count());
  writer.number((object.taken.boot - baseline.taken.boot).count());
  for (const auto& raw : object.raw) {
    writer.byte(raw ? 1 : 0);
    if (raw) writer.varint(*raw);
  }
}

void read_object(ByteReader& in, const Baseline& baseline, Baseline::Object& object) {
  object.space = in.varint();
  object.object = in.varint();
  object.taken.wall = baseline.taken.wall + Duration(in.number());
  object.taken.boot = baseline.taken.boot + Duration(in.number());
  object.raw.resize(baseline.totals.size());
  for (auto& raw : object.raw)
    if (in.byte() != 0) raw = in.varint();
}

}  // namespace

void encode_baseline(const Baseline& baseline, std::int64_t boot, std::vector<std::byte>& out) {
  out.clear();
  ByteWriter writer(out);
  writer.byte(version);
  writer.varint(static_cast<std::uint64_t>(boot));
  writer.number(baseline.taken.wall.time_since_epoch().count());
  writer.number(baseline.taken.boot.time_since_epoch().count());
  writer.varint(baseline.totals.size());
  for (const auto& total : baseline.totals) {
    writer.byte(total ? 1 : 0);
    if (total) writer.number(*total);
  }
  writer.varint(baseline.objects.size());
  for (const Baseline::Object& object : baseline.objects)
    write_object(writer, baseline, object);
  writer.fixed32(crc32c(writer.written()));
  writer.finish();
}

Result<StoredBaseline> decode_baseline(std::span<const std::byte> bytes) {
  constexpr std::size_t checksum_size = 4;
  if (bytes.size() < checksum_size) return fail("damaged baseline: cut off");
  const auto content = bytes.first(bytes.size() - checksum_size);
  if (ByteReader(bytes.last(checksum_size)).fixed32() != crc32c(content))
    return fail("damaged baseline: its checksum does not fit");
  ByteReader in(content);
  const unsigned found = in.byte();
  if (found != version && found != version_of_one_object)
    return fail(fmt::format("baseline of version {}, known is {}", found, version));
  StoredBaseline stored;
  Baseline& baseline = stored.baseline;
  stored.boot = static_cast<std::int64_t>(in.varint());
  if (found == version_of_one_object) {
    read_one_object(in, baseline);
  } else {
    baseline.taken.wall = WallTime(Duration(in.number()));
    baseline.taken.boot = BootTime(Duration(in.number()));
    const std::uint64_t totals = in.varint();
    for (std::uint64_t i = 0; i < totals && !in.failed(); ++i) {
      auto& total = baseline.totals.emplace_back();
      if (in.byte() != 0) total = in.number();
    }
    const std::uint64_t objects = in.varint();
    for (std::uint64_t i = 0; i < objects && !in.failed(); ++i)
      read_object(in, baseline, baseline.objects.emplace_back());
  }
  if (in.failed() || in.remaining() != 0)
    return fail(fmt::format("damaged baseline at byte {}", in.offset()));
  return stored;
}

}  // namespace collector
