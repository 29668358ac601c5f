#include "collector/samplers/disk/mount_rules.h"

namespace collector {
namespace {

constexpr Setting fstype_selection[] = {
    {.name = "include",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of filesystem types to report; when there are any, only these are reported, also "
                 "pseudo ones."},
    {.name = "exclude",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of filesystem types to leave out; wins over everything else."},
};

constexpr Setting path_selection[] = {
    {.name = "include",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence =
         "Globs of mount points to report (`*` matches `/` as well); when there are any, only these are "
         "reported, also those of pseudo filesystems."},
    {.name = "exclude",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of mount points to leave out; wins over everything else."},
};

constexpr Setting settings_table[] = {
    {.name = "mount_points",
     .type = SettingType::table,
     .default_text = "",
     .sentence =
         "Which mounts are reported, by mount point; of several mounts of one filesystem one is reported.",
     .children = path_selection},
    {.name = "fstypes",
     .type = SettingType::table,
     .default_text = "",
     .sentence = "Which mounts are reported, by type of filesystem.",
     .children = fstype_selection},
    {.name = "pseudo",
     .type = SettingType::list,
     .default_text =
         "[autofs, aufs, binfmt_misc, bpf, cgroup, cgroup2, configfs, debugfs, devfs, devpts, devtmpfs, "
         "efivarfs, fuse.gvfsd-fuse, fuse.lxcfs, fuse.portal, fuse.snapfuse, fusectl, hugetlbfs, iso9660, "
         "mqueue, nsfs, overlay, proc, pstore, ramfs, rpc_pipefs, securityfs, selinuxfs, smackfs, "
         "squashfs, sysfs, tmpfs, tracefs]",
     .sentence =
         "Globs of filesystem types that keep nothing of their own on a disk (or are always full): left out "
         "unless `mount_points.include` or `fstypes.include` names them."},
    {.name = "timeout",
     .type = SettingType::duration,
     .default_text = "5s",
     .sentence =
         "How long a filesystem may take to answer; one that takes longer is left out, and not asked again "
         "until it has answered.",
     .minimum = 1'000'000,
     .maximum = 60'000'000'000},
};

}  // namespace

MountRules::MountRules(const Settings& settings)
    : fstypes_(settings.table("fstypes")),
      paths_(settings.table("mount_points")),
      pseudo_(settings.list("pseudo")) {}

bool MountRules::reported(const Mount& mount) const {
  using enum Selection::Verdict;
  const auto by_path = paths_.of(mount.path);
  const auto by_type = fstypes_.of(mount.fstype);
  if (by_path == excluded || by_type == excluded) return false;
  return by_path == included || by_type == included || !matches_any(pseudo_, mount.fstype);
}

std::span<const Setting> mount_settings() {
  return settings_table;
}

}  // namespace collector
