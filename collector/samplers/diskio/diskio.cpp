#include "collector/samplers/diskio/diskio.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "collector/samplers/diskio/device_identity.h"
#include "collector/samplers/diskio/device_kind.h"
#include "collector/samplers/diskio/diskstats.h"
#include "collector/samplers/selection.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

Field counter(const char* name, const char* unit, const char* sentence, Bound bound = {},
              std::uint8_t bits = 64) {
  return {.name = name,
          .kind = FieldKind::counter,
          .unit = unit,
          .sentence = sentence,
          .counter_bits = bits,
          .bound = bound};
}

// No device has a speed to tell, and some outrun any network: limits that only nonsense exceeds.
constexpr Bound most_operations{.per_second = 1e9};
// One device is busy for as long as passes at most, give or take what the kernel rounds.
constexpr Bound all_the_time{.per_second = 1050};
// 65,536 requests under way at once: 64 hardware queues of 1,024 (nr_requests), far more than any device
// keeps busy. Each adds all its time when it ends, so that those of a device that stalled come at once: the
// lag lets a full queue of 1,024 have waited for five minutes.
constexpr Bound all_requests{.per_second = 65'536 * 1000.0, .lag = std::chrono::seconds(5)};

const MeasurementPtr& diskio_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(about_machine(
      {.name = "diskio",
       .sentence = "What block devices read and wrote",
       .tags = {{"name", "The device's name"},
                {"kind",
                 "What sysfs says the device is: `disk`, `partition`, `path` (one of several ways to an NVMe "
                 "disk, which "
                 "counts the same bytes itself since Linux 6.2; older ones count them in the paths only), "
                 "`stacked` "
                 "(device mapper, RAID, bcache, drbd, ZFS volumes, PowerPath: built upon other devices) or "
                 "`virtual` "
                 "(loop, memory, network block device); only the sum over `disk` counts no byte twice"},
                {"parent", "A partition's disk, or the disk that a path leads to"}},
       .fields = {
           counter("reads", "1", "Reads completed", most_operations),
           counter("writes", "1", "Writes completed", most_operations),
           counter("read_bytes", "bytes", "Bytes read"),
           counter("write_bytes", "bytes", "Bytes written"),
           counter("read_time", "milliseconds", "Time that reads took, all of them added up", all_requests,
                   32),
           counter("write_time", "milliseconds", "Time that writes took, all of them added up", all_requests,
                   32),
           counter("io_time", "milliseconds", "Time during which the device had something to do",
                   all_the_time, 32),
           counter("weighted_io_time", "milliseconds",
                   "Time during which the device had something to do, times the requests it had",
                   all_requests, 32),
           counter("merged_reads", "1", "Reads saved by joining neighbouring ones", most_operations),
           counter("merged_writes", "1", "Writes saved by joining neighbouring ones", most_operations),
           {.name = "iops_in_progress", .unit = "1", .sentence = "Requests under way"},
       }}));
  return measurement;
}

constexpr Setting selection[] = {
    {.name = "include",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of the devices to report. If there are any, only these are reported, including "
                 "devices that are left out otherwise."},
    {.name = "exclude",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of devices to leave out. This overrides every other setting."},
};

constexpr Setting settings_table[] = {
    {.name = "devices",
     .type = SettingType::table,
     .default_text = "",
     .sentence =
         "Which block devices are reported. The default is all whole devices except those of `unimportant`.",
     .children = selection},
    {.name = "partitions",
     .type = SettingType::boolean,
     .default_text = "false",
     .sentence = "Whether partitions are reported too, with their disk as tag `parent`. The disk counts the "
                 "same bytes."},
    {.name = "unimportant",
     .type = SettingType::list,
     .default_text = "[loop*, ram*, zram*, fd*, sr*]",
     .sentence = "Globs of devices that are left out unless `devices.include` names them."},
};

constexpr Choice choice{"block device", "block devices", "devices.include"};

// What is known of one line of the file, as long as the same device stands there.
struct Device {
  std::string name;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  SeriesPtr series;
  std::uint64_t object = 0;
  bool reported = false;
  bool fresh = false;            // identified in this sample
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
    if (auto read = read_lines(out); !read) return read;
    if (identify_new()) {
      // The names were read before sysfs was asked: a device may have taken another's name in between.
      // Numbers that are read now are the device's if sysfs still shows the same one afterwards.
      out.remarks.clear();
      if (auto read = read_lines(out); !read) return read;
      identify_new();
      describe();
    }
    for (std::size_t i = 0; i < lines_.size(); ++i)
      if (is_still_there(lines_[i], devices_[i])) add_reading(lines_[i], devices_[i], out);
    if (!warning_.empty()) out.remarks.warn(warning_);
    if (!notice_.empty()) out.remarks.notice(notice_);
    return {};
  }

 private:
  SampleResult read_lines(Sample& out) {
    const auto text = file_.read();
    if (!text) return no_sample(text.error());
    out.remarks.about(file_.path());
    if (const auto parsed = parse_diskstats(*text, lines_, out.remarks); !parsed)
      return no_sample(file_, parsed.error());
    devices_.resize(lines_.size());
    return {};
  }

  // Finds out what stands in lines that hold another device than before; true when there are any.
  bool identify_new() {
    bool any = false;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const DiskLine& line = lines_[i];
      Device& device = devices_[i];
      const std::uint64_t operations =
          line.reads && line.writes ? *line.reads + *line.writes : device.operations;
      if (device.name != line.name || device.major != line.major || device.minor != line.minor ||
          operations < device.operations) {
        identify(line, device);
        any = true;
      }
      device.operations = operations;
    }
    return any;
  }

  void identify(const DiskLine& line, Device& device) {
    device.name = line.name;
    device.major = line.major;
    device.minor = line.minor;
    device.fresh = true;
    device.object = device_identity(files_, line.name, line.major, line.minor);
    const auto disk_before = line.parent != DiskLine::npos ? lines_[line.parent].name : std::string_view{};
    DeviceKind kind = device_kind(files_, line.name, line.major, line.minor, disk_before);
    const auto verdict = selection_.of(device.name);
    device.reported = verdict == Selection::Verdict::included ||
                      (verdict == Selection::Verdict::unnamed && (partitions_ || kind.kind != "partition") &&
                       !matches_any(unimportant_, device.name));
    std::vector<Tag> tags{
        {"name", device.name}, {"kind", std::string(kind.kind)}, {"parent", std::move(kind.parent)}};
    device.series = device.reported ? series_.intern(diskio_measurement(), std::move(tags))
                                    : unreported_series(diskio_measurement(), std::move(tags));
  }

  bool is_still_there(const DiskLine& line, Device& device) const {
    if (!std::exchange(device.fresh, false)) return true;
    if (device_identity(files_, line.name, line.major, line.minor) == device.object) return true;
    device.name.clear();  // to be found out at the next reading
    return false;
  }

  // Who looks for a device and finds no row is told what there is.
  void describe() {
    std::vector<std::string> names;
    for (const Device& device : devices_)
      names.push_back(device.name);
    warning_ = none_reported(selection_, choice, names, std::ranges::any_of(devices_, &Device::reported));
    notice_ = warning_.empty() ? unmet_globs(selection_, choice, names) : std::string();
  }

  static void add_reading(const DiskLine& line, const Device& device, Sample& out) {
    // No device has a speed to tell, and some outrun any network: a limit that only nonsense exceeds.
    constexpr double byte_limit = 1e12;
    const auto values = out.add({.series = device.series.get(),
                                 .object = device.object,
                                 .report = device.reported ? Report::always : Report::never,
                                 .byte_limit = byte_limit});
    const std::array counters = {line.reads,        line.writes,       line.read_bytes, line.write_bytes,
                                 line.read_time,    line.write_time,   line.io_time,    line.weighted_io_time,
                                 line.merged_reads, line.merged_writes};
    for (std::size_t i = 0; i < counters.size(); ++i)
      if (counters[i]) values[i] = Value::counter(*counters[i]);
    if (line.iops_in_progress)
      values[counters.size()] = Value::integer(static_cast<std::int64_t>(*line.iops_in_progress));
  }

  const Files& files_;
  SeriesTable& series_;
  Selection selection_;
  std::vector<std::string> unimportant_;
  bool partitions_;
  KeptFile file_;
  std::vector<DiskLine> lines_;
  std::vector<Device> devices_;  // by line
  std::string warning_;          // see Remarks
  std::string notice_;
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
