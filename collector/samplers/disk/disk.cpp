#include "collector/samplers/disk/disk.h"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/core/log.h"
#include "collector/samplers/disk/mount_identity.h"
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
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(about_machine(
      {.name = "disk",
       .sentence = "How full mounted filesystems are; each filesystem once, however often it is mounted",
       .tags = {{"path", "Where it is mounted"},
                {"device", "What is mounted, without `/dev/`"},
                {"fstype", "The type of the filesystem"},
                {"mode", "`rw`, or `ro` where the filesystem can't be written to by anybody"}},
       .fields = {
           constant(gauge("total", integer, "bytes", "Size of the filesystem")),
           bounded(gauge("free", integer, "bytes", "Space that ordinary users can still use"),
                   {.most_field = "total"}),
           bounded(gauge("used", integer, "bytes",
                         "Space in use; `used` and `free` together are less than `total` if some space is "
                         "reserved for root"),
                   {.most_field = "total"}),
           with_decimals(2, gauge("used_percent", real, "percent",
                                  "Used share of the space that ordinary users can use")),
           gauge("inodes_total", integer, "1",
                 "Files that the filesystem can hold; absent where it has no such limit"),
           bounded(gauge("inodes_free", integer, "1", "Files that can still be made"),
                   {.most_field = "inodes_total"}),
           bounded(gauge("inodes_used", integer, "1", "Files that there are"),
                   {.most_field = "inodes_total"}),
       }}));
  return measurement;
}

Value bytes(std::uint64_t blocks, std::uint64_t block_size) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (block_size != 0 && blocks > most / block_size) return {};
  return Value::integer(static_cast<std::int64_t>(blocks * block_size));
}

// What ordinary users may write; where root has gone into what is kept for it, some filesystems say less than
// nothing, as a number below 2^64. Nothing: it can't be true.
std::optional<std::uint64_t> available_blocks(const struct statvfs& status) {
  if (status.f_bavail <= status.f_blocks) return status.f_bavail;
  const std::uint64_t below_zero = -std::uint64_t{status.f_bavail};
  return below_zero <= status.f_blocks ? std::optional<std::uint64_t>(0) : std::nullopt;
}

// What is left of a whole can't be more than the whole: then nothing is known of what is taken either.
void fill(std::span<Value> values, const struct statvfs& status, const std::string& path, Remarks& remarks) {
  remarks.about({});
  const auto reject = [&](std::string_view what, std::uint64_t number) {
    remarks.reject(fmt::format("{}: its {} can't be true", path, what), std::to_string(number));
  };
  values[0] = bytes(status.f_blocks, status.f_frsize);
  if (!values[0].present()) {
    reject("size", status.f_blocks);
  } else {
    const auto available = available_blocks(status);
    if (available)
      values[1] = bytes(*available, status.f_frsize);
    else
      reject("available blocks", status.f_bavail);
    if (status.f_bfree > status.f_blocks) {
      reject("free blocks", status.f_bfree);
    } else {
      const std::uint64_t used = status.f_blocks - status.f_bfree;
      values[2] = bytes(used, status.f_frsize);
      const double usable = static_cast<double>(used) + static_cast<double>(available.value_or(0));
      if (available && usable > 0) values[3] = Value::real(100 * static_cast<double>(used) / usable);
    }
  }
  if (status.f_files == 0) return;
  values[4] = bytes(status.f_files, 1);
  if (!values[4].present() || status.f_ffree > status.f_files) return reject("free inodes", status.f_ffree);
  values[5] = bytes(status.f_ffree, 1);
  values[6] = bytes(status.f_files - status.f_ffree, 1);
}

class DiskSampler final : public Sampler {
 public:
  DiskSampler(const SamplerContext& context, StatFunction function, bool copied)
      : files_(context.files),
        series_table_(context.series),
        rules_(context.settings),
        // Under another root the paths that count are those of the system whose root it is.
        mountinfo_(context.files,
                   context.files.is_real_root() ? "/proc/self/mountinfo" : "/proc/1/mountinfo"),
        copied_(copied),
        identity_(context.files.is_real_root()),
        stat_(std::move(function), context.settings.duration("timeout")) {}

  SampleResult sample(Sample& out) override {
    const auto text = mountinfo_.read();
    if (!text) return no_sample(text.error());
    if (*text != known_text_)
      if (const auto taken = take_mounts(*text); !taken) return no_sample(mountinfo_, taken.error());
    out.remarks = list_remarks_;
    ask_all(out.remarks);
    // What was mounted, moved or gone while they were asked may have answered for another.
    const auto after = mountinfo_.read();
    if (!after) return no_sample(after.error());
    const bool unchanged = *after == known_text_;
    Remarks ignored;
    const auto still = unchanged ? Result<std::vector<Mount>>() : parse_mountinfo(*after, ignored);
    for (Filesystem& filesystem : filesystems_) {
      if (!filesystem.answered) continue;
      const Mount& mount = filesystem.mounts[filesystem.chosen];
      if (!unchanged && (!still || std::ranges::find(*still, mount) == still->end())) continue;
      if (!filesystem.series) filesystem.series = series_of(mount);
      if (filesystem.status.space.f_blocks > 0)
        fill(out.add({.series = filesystem.series.get()}), filesystem.status.space, mount.path, out.remarks);
    }
    if (out.readings().empty() && !filesystems_.empty()) warn(out.remarks);
    return {};
  }

 private:
  // One filesystem, with all of its mounts that may be reported; the first is asked, and where that one is
  // not what it should be the next.
  struct Filesystem {
    std::vector<Mount> mounts;
    std::size_t chosen = 0;
    SeriesPtr series;  // of the chosen one
    bool answered = false;
    FilesystemStatus status;
  };

  // The list of mounts seldom changes.
  Result<> take_mounts(std::string_view text) {
    list_remarks_.clear();
    list_remarks_.about(mountinfo_.path());
    const auto parsed = parse_mountinfo(text, list_remarks_);
    if (!parsed) return std::unexpected(parsed.error());
    std::vector<Mount> reported = reachable(*parsed);
    std::erase_if(reported, [this](const Mount& mount) { return !rules_.reported(mount); });
    filesystems_.clear();
    for (std::vector<Mount>& mounts : by_filesystem(std::move(reported)))
      filesystems_.push_back({std::move(mounts), 0, nullptr, false, {}});
    if (filesystems_.empty())
      list_remarks_.warn(rules_.none_reported(*parsed));
    else if (const std::string unmet = rules_.unmet_globs(*parsed); !unmet.empty())
      list_remarks_.notice(unmet);
    known_text_ = text;
    return {};
  }

  SeriesPtr series_of(const Mount& mount) const {
    return series_table_.intern(disk_measurement(), {{"path", mount.path},
                                                     {"device", mount.device},
                                                     {"fstype", mount.fstype},
                                                     {"mode", mount.read_only ? "ro" : "rw"}});
  }

  // All filesystems, each by as many of its mounts as it takes.
  void ask_all(Remarks& remarks) {
    open_.clear();
    for (std::size_t i = 0; i < filesystems_.size(); ++i) {
      filesystems_[i].answered = false;
      open_.push_back(i);
    }
    identity_.begin();
    while (!open_.empty()) {
      paths_.resize(open_.size());
      for (std::size_t i = 0; i < open_.size(); ++i) {
        const Filesystem& filesystem = filesystems_[open_[i]];
        paths_[i] = files_.resolve(filesystem.mounts[filesystem.chosen].path).string();
      }
      const auto answers = stat_.ask(paths_);
      std::size_t again = 0;
      for (std::size_t i = 0; i < open_.size(); ++i)
        if (!settle(filesystems_[open_[i]], answers[i], remarks)) open_[again++] = open_[i];
      open_.resize(again);
    }
  }

  // Takes the answer; false: the filesystem's next mount is to be asked.
  bool settle(Filesystem& filesystem, const TimedStat::Answer& answer, Remarks& remarks) {
    const Mount& mount = filesystem.mounts[filesystem.chosen];
    if (answer.result && (copied_ || identity_.is(mount, *answer.result)) &&
        (answer.result->directory || rules_.named(mount))) {
      filesystem.answered = true;
      filesystem.status = *answer.result;
      return true;
    }
    const bool may_be_another = answer.result || answer.result.error() == TimedStat::Problem::error;
    if (may_be_another && filesystem.chosen + 1 < filesystem.mounts.size()) {
      ++filesystem.chosen;
      filesystem.series.reset();
      return false;
    }
    say(mount, answer, remarks);
    filesystem.chosen = 0;
    filesystem.series.reset();
    return true;
  }

  void warn(Remarks& remarks) const {
    if (!remarks.notice().empty()) return remarks.warn_of_notice("nothing is reported: ");
    std::vector<std::string> paths;
    for (const Filesystem& filesystem : filesystems_)
      paths.push_back(filesystem.mounts.front().path);
    remarks.warn(
        "nothing is reported: only single files, or filesystems without a size, are mounted; there are: " +
        listed(paths) + "; name in mount_points.include what you want");
  }

  // A filesystem that can't be asked is left out, and the others are none the worse for it.
  static void say(const Mount& mount, const TimedStat::Answer& answer, Remarks& remarks) {
    using enum TimedStat::Problem;
    if (answer.result) {
      if (answer.result->directory)
        remarks.notice(fmt::format("{} is left out: another filesystem answers there", mount.path));
      return;
    }
    switch (answer.result.error()) {
      case stuck:
        log::warning("disk", "{} ({} on {}) does not answer; it is left out until it does", mount.path,
                     mount.fstype, mount.device);
        [[fallthrough]];
      case still_stuck:
        return remarks.notice(fmt::format("{} is left out: it does not answer", mount.path));
      case too_many_stuck:
        return remarks.notice(
            fmt::format("{} is left out: too many other filesystems do not answer", mount.path));
      case error:
        return remarks.notice(fmt::format("{} is left out: {}", mount.path, std::strerror(answer.error)));
    }
  }

  const Files& files_;
  SeriesTable& series_table_;
  MountRules rules_;
  KeptFile mountinfo_;
  bool copied_;  // the list is a copy of another system's: no mount here is one of it
  MountIdentity identity_;
  TimedStat stat_;
  std::string known_text_;  // of mountinfo: what the following were made of
  Remarks list_remarks_;
  std::vector<Filesystem> filesystems_;
  std::vector<std::size_t> open_;   // those without an answer yet
  std::vector<std::string> paths_;  // that are asked for them
};

// Files of a system that were copied to be looked into: the kernel has not written their list of mounts.
bool is_copied(const Files& files) {
  struct statfs status{};
  return !files.is_real_root() && statfs(files.resolve("/proc/1/mountinfo").c_str(), &status) == 0 &&
         status.f_type != PROC_SUPER_MAGIC;
}

}  // namespace

std::unique_ptr<Sampler> make_disk_sampler(const SamplerContext& context, StatFunction function) {
  return std::make_unique<DiskSampler>(context, std::move(function), false);
}

const SamplerType& disk_sampler() {
  static const SamplerType type{
      .component = {.name = "disk",
                    .sentence = "Filesystem usage of mounted disks.",
                    .settings = mount_settings(),
                    .default_interval = "1m"},
      .blocking = true,
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<DiskSampler>(context, system_stat, is_copied(context.files));
      },
      .measurements = [] { return std::vector{disk_measurement()}; },
  };
  return type;
}

}  // namespace collector
