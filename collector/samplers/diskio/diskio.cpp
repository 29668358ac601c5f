#include "collector/samplers/diskio/diskio.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "collector/samplers/diskio/device_identity.h"
#include "collector/samplers/diskio/diskstats.h"
#include "collector/samplers/selection.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

Field counter(const char* name, const char* unit, const char* sentence, std::uint8_t bits = 64) {
  return {.name = name, .kind = FieldKind::counter, .unit = unit, .sentence = sentence, .counter_bits = bits};
}

const MeasurementPtr& diskio_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(Measurement{
      .name = "diskio",
      .sentence = "What block devices read and wrote",
      .tags =
          {{"name", "The device's name"},
           {"kind",
            "`disk`, `partition`, `stacked` (device mapper, RAID, bcache, drbd: built upon other devices) "
            "or `virtual` (loop, memory, network block device); only the sum over `disk` counts no byte "
            "twice"},
           {"parent", "A partition's disk"}},
      .fields = {
          counter("reads", "1", "Reads completed"),
          counter("writes", "1", "Writes completed"),
          counter("read_bytes", "bytes", "Bytes read"),
          counter("write_bytes", "bytes", "Bytes written"),
          counter("read_time", "milliseconds", "Time that reads took, all of them added up", 32),
          counter("write_time", "milliseconds", "Time that writes took, all of them added up", 32),
          counter("io_time", "milliseconds", "Time during which the device had something to do", 32),
          counter("weighted_io_time", "milliseconds",
                  "Time during which the device had something to do, times the requests it had", 32),
          counter("merged_reads", "1", "Reads saved by joining neighbouring ones"),
          counter("merged_writes", "1", "Writes saved by joining neighbouring ones"),
          {.name = "iops_in_progress", .unit = "1", .sentence = "Requests under way"},
      }});
  return measurement;
}

constexpr Setting selection[] = {
    {.name = "include",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence =
         "Globs of the devices to report; when there are any, only these are reported, also those that would "
         "be left out otherwise."},
    {.name = "exclude",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of devices to leave out; wins over everything else."},
};

constexpr Setting settings_table[] = {
    {.name = "devices",
     .type = SettingType::table,
     .default_text = "",
     .sentence =
         "Which block devices are reported; all whole ones are by default, except those of `unimportant`.",
     .children = selection},
    {.name = "partitions",
     .type = SettingType::boolean,
     .default_text = "false",
     .sentence =
         "Whether partitions are reported too, with their disk as tag `parent`; their disk has counted the "
         "same bytes already."},
    {.name = "unimportant",
     .type = SettingType::list,
     .default_text = "[loop*, ram*, zram*, fd*, sr*]",
     .sentence = "Globs of devices that are left out unless `devices.include` names them."},
};

std::string_view kind_of(const DiskLine& disk) {
  const auto begins_with = [&](std::string_view start) { return disk.name.starts_with(start); };
  if (disk.parent != DiskLine::npos) return "partition";
  if (begins_with("dm-") || begins_with("md") || begins_with("bcache") || begins_with("drbd"))
    return "stacked";
  if (begins_with("loop") || begins_with("ram") || begins_with("zram") || begins_with("nbd"))
    return "virtual";
  return "disk";
}

// What is known of one line of the file, as long as the same device stands there.
struct Device {
  std::string name;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  SeriesPtr series;
  std::uint64_t object = 0;
  bool reported = false;
  std::uint64_t operations = 0;  // at the last reading: less means that this is another device
};

class DiskioSampler final : public Sampler {
 public:
  explicit DiskioSampler(const SamplerContext& context)
      : files_(context.files),
        series_(context.series),
        selection_(context.settings.table("devices")),
        unimportant_(context.settings.list("unimportant")),
        partitions_(context.settings.boolean("partitions")),
        file_(context.files, "/proc/diskstats") {}

  SampleResult sample(Sample& out) override {
    const auto text = file_.read();
    if (!text) return no_sample(text.error());
    if (const auto parsed = parse_diskstats(*text, lines_); !parsed) return no_sample(file_, parsed.error());
    devices_.resize(lines_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const DiskLine& line = lines_[i];
      Device& device = devices_[i];
      const std::uint64_t operations = line.reads + line.writes;
      if (device.name != line.name || device.major != line.major || device.minor != line.minor ||
          operations < device.operations)
        identify(line, device);
      device.operations = operations;
      add_reading(line, device, out);
    }
    return {};
  }

 private:
  void identify(const DiskLine& line, Device& device) {
    const bool partition = line.parent != DiskLine::npos;
    device.name = line.name;
    device.major = line.major;
    device.minor = line.minor;
    device.object = device_identity(files_, line.name, line.major, line.minor);
    const auto verdict = selection_.of(device.name);
    device.reported = verdict == Selection::Verdict::included ||
                      (verdict == Selection::Verdict::unnamed && (partitions_ || !partition) &&
                       !matches_any(unimportant_, device.name));
    device.series = series_.intern(diskio_measurement(),
                                   {{"name", device.name},
                                    {"kind", std::string(kind_of(line))},
                                    {"parent", std::string(partition ? lines_[line.parent].name : "")}});
  }

  static void add_reading(const DiskLine& line, const Device& device, Sample& out) {
    // No device has a speed to tell, and some outrun any network: a limit that only nonsense exceeds.
    constexpr double byte_limit = 1e12;
    const auto values = out.add({.series = device.series.get(),
                                 .object = device.object,
                                 .report = device.reported ? Report::always : Report::never,
                                 .byte_limit = byte_limit});
    values[0] = Value::counter(line.reads);
    values[1] = Value::counter(line.writes);
    values[2] = Value::counter(line.read_bytes);
    values[3] = Value::counter(line.write_bytes);
    values[4] = Value::counter(line.read_time);
    values[5] = Value::counter(line.write_time);
    values[6] = Value::counter(line.io_time);
    values[7] = Value::counter(line.weighted_io_time);
    values[8] = Value::counter(line.merged_reads);
    values[9] = Value::counter(line.merged_writes);
    values[10] = Value::integer(static_cast<std::int64_t>(line.iops_in_progress));
  }

  const Files& files_;
  SeriesTable& series_;
  Selection selection_;
  std::vector<std::string> unimportant_;
  bool partitions_;
  KeptFile file_;
  std::vector<DiskLine> lines_;
  std::vector<Device> devices_;  // by line
};

}  // namespace

const SamplerType& diskio_sampler() {
  static const SamplerType type{
      .component = {.name = "diskio",
                    .sentence = "Block devices: reads, writes, bytes and times.",
                    .settings = settings_table,
                    .default_interval = "1s"},
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<DiskioSampler>(context);
      },
      .measurements = [] { return std::vector{diskio_measurement()}; },
  };
  return type;
}

}  // namespace collector
