#include "collector/samplers/disk/disk.h"

#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "collector/core/log.h"
#include "collector/samplers/disk/mount_rules.h"
#include "collector/samplers/disk/mounts.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

Field gauge(const char* name, FieldType type, const char* unit, const char* sentence) {
  return {.name = name, .type = type, .unit = unit, .sentence = sentence};
}

const MeasurementPtr& disk_measurement() {
  using enum FieldType;
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(Measurement{
      .name = "disk",
      .sentence = "How full mounted filesystems are; each filesystem once, however often it is mounted",
      .tags = {{"path", "Where it is mounted"},
               {"device", "What is mounted, without `/dev/`"},
               {"fstype", "The type of the filesystem"},
               {"mode", "`rw`, or `ro` where the filesystem can't be written to by anybody"}},
      .fields = {
          gauge("total", integer, "bytes", "Size of the filesystem"),
          gauge("free", integer, "bytes", "What ordinary users may still write"),
          gauge("used", integer, "bytes",
                "What is taken; with `free` less than `total` where some is kept for root"),
          gauge("used_percent", real, "percent", "Share that is taken, of what ordinary users may use"),
          gauge("inodes_total", integer, "1",
                "Files that the filesystem can hold; absent where it has no such limit"),
          gauge("inodes_free", integer, "1", "Files that can still be made"),
          gauge("inodes_used", integer, "1", "Files that there are"),
      }});
  return measurement;
}

Value bytes(std::uint64_t blocks, std::uint64_t block_size) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (block_size != 0 && blocks > most / block_size) return {};
  return Value::integer(static_cast<std::int64_t>(blocks * block_size));
}

void fill(std::span<Value> values, const struct statvfs& status) {
  const std::uint64_t used = status.f_blocks - std::min(status.f_bfree, status.f_blocks);
  const double usable = static_cast<double>(used) + static_cast<double>(status.f_bavail);
  values[0] = bytes(status.f_blocks, status.f_frsize);
  values[1] = bytes(status.f_bavail, status.f_frsize);
  values[2] = bytes(used, status.f_frsize);
  if (usable > 0) values[3] = Value::real(100 * static_cast<double>(used) / usable);
  if (status.f_files == 0) return;
  values[4] = bytes(status.f_files, 1);
  values[5] = bytes(status.f_ffree, 1);
  values[6] = bytes(status.f_files - std::min(status.f_ffree, status.f_files), 1);
}

class DiskSampler final : public Sampler {
 public:
  DiskSampler(const SamplerContext& context, StatFunction function)
      : files_(context.files),
        series_table_(context.series),
        rules_(context.settings),
        // Under another root the paths that count are those of the system whose root it is.
        mountinfo_(context.files,
                   context.files.is_real_root() ? "/proc/self/mountinfo" : "/proc/1/mountinfo"),
        stat_(std::move(function), context.settings.duration("timeout")) {}

  SampleResult sample(Sample& out) override {
    const auto text = mountinfo_.read();
    if (!text) return no_sample(text.error());
    if (*text != known_text_)
      if (const auto taken = take_mounts(*text); !taken) return no_sample(mountinfo_, taken.error());
    const auto answers = stat_.ask(paths_);
    for (std::size_t i = 0; i < mounts_.size(); ++i) {
      const auto& answer = answers[i];
      if (!answer.result)
        say(mounts_[i], answer);
      else if (answer.result->f_blocks > 0)
        fill(out.add({.series = series_[i].get()}), *answer.result);
    }
    return {};
  }

 private:
  // The list of mounts seldom changes.
  Result<> take_mounts(std::string_view text) {
    auto parsed = parse_mountinfo(text);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    std::erase_if(*parsed, [this](const Mount& mount) { return !rules_.reported(mount); });
    mounts_ = one_per_filesystem(std::move(*parsed));
    paths_.clear();
    series_.clear();
    for (const Mount& mount : mounts_) {
      paths_.push_back(files_.resolve(mount.path).string());
      series_.push_back(series_table_.intern(disk_measurement(), {{"path", mount.path},
                                                                  {"device", mount.device},
                                                                  {"fstype", mount.fstype},
                                                                  {"mode", mount.read_only ? "ro" : "rw"}}));
    }
    known_text_ = text;
    return {};
  }

  // A mount that can't be asked is left out, and the others are none the worse for it.
  static void say(const Mount& mount, const PatientStat::Answer& answer) {
    using enum PatientStat::Problem;
    switch (answer.result.error()) {
      case stuck:
        return log::warning("disk", "{} ({} on {}) does not answer; it is left out until it does", mount.path,
                            mount.fstype, mount.device);
      case too_many_stuck:
        return log::warning("disk", "{} is left out: too many other filesystems do not answer", mount.path);
      case error:
        return log::debug("disk", "{} is left out: {}", mount.path, std::strerror(answer.error));
      case still_stuck:
        return;
    }
  }

  const Files& files_;
  SeriesTable& series_table_;
  MountRules rules_;
  KeptFile mountinfo_;
  PatientStat stat_;
  std::string known_text_;  // of mountinfo: what the following were made of
  std::vector<Mount> mounts_;
  std::vector<std::string> paths_;  // by mount
  std::vector<SeriesPtr> series_;   // by mount
};

}  // namespace

std::unique_ptr<Sampler> make_disk_sampler(const SamplerContext& context, StatFunction function) {
  return std::make_unique<DiskSampler>(context, std::move(function));
}

const SamplerType& disk_sampler() {
  static const SamplerType type{
      .component = {.name = "disk",
                    .sentence = "Filesystem usage of mounted disks.",
                    .settings = mount_settings(),
                    .default_interval = "1m"},
      .blocking = true,
      .create = [](const SamplerContext& context) { return make_disk_sampler(context, system_stat); },
      .measurements = [] { return std::vector{disk_measurement()}; },
  };
  return type;
}

}  // namespace collector
