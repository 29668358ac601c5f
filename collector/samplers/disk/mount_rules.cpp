#include "collector/samplers/disk/mount_rules.h"

#include <algorithm>

namespace collector {
namespace {

constexpr Setting fstype_selection[] = {
    {.name = "include",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of filesystem types to report. If there are any, only these are reported, including "
                 "pseudo filesystems."},
    {.name = "exclude",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of filesystem types to leave out. This overrides every other setting."},
};

constexpr Setting path_selection[] = {
    {.name = "include",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of mount points to report (`*` also matches `/`). If there are any, only these are "
                 "reported, including pseudo filesystems."},
    {.name = "exclude",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Globs of mount points to leave out. This overrides every other setting."},
};

constexpr Setting settings_table[] = {
    {.name = "mount_points",
     .type = SettingType::table,
     .default_text = "",
     .sentence = "Which mounts are reported, by mount point. A filesystem that is mounted several times is "
                 "reported once. Single files that are mounted (`/etc/hosts` in a container) are left out "
                 "unless `include` names them.",
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
     .sentence = "Globs of filesystem types that store nothing of their own on a disk, or are always full. "
                 "They are left out unless `mount_points.include` or `fstypes.include` names them. A "
                 "writable `/` is always reported."},
    {.name = "timeout",
     .type = SettingType::duration,
     .default_text = "5s",
     .sentence = "How long a filesystem may take to answer. A slower one is left out, and is not asked again "
                 "until it has answered.",
     .minimum = 1'000'000,
     .maximum = 60'000'000'000},
};

constexpr Choice paths_choice{"mount point", "mounts", "mount_points.include"};
constexpr Choice types_choice{"mount", "mounts", "fstypes.include"};

// Those of real filesystems first: they are what somebody looks for.
std::vector<std::string> paths_of(const std::vector<Mount>& mounts, const std::vector<std::string>& pseudo) {
  std::vector<std::string> paths;
  for (const bool wanted : {false, true})
    for (const Mount& mount : mounts)
      if (matches_any(pseudo, mount.fstype) == wanted) paths.push_back(mount.path);
  return paths;
}

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
  return by_path == included || by_type == included || !matches_any(pseudo_, mount.fstype) ||
         (mount.path == "/" && !mount.read_only);
}

bool MountRules::named(const Mount& mount) const {
  using enum Selection::Verdict;
  return paths_.of(mount.path) == included || fstypes_.of(mount.fstype) == included;
}

std::string MountRules::none_reported(const std::vector<Mount>& mounts) const {
  std::vector<std::string> types;
  for (const Mount& mount : mounts)
    types.push_back(mount.fstype);
  std::ranges::sort(types);
  types.erase(std::ranges::unique(types).begin(), types.end());
  const auto met = [&](const std::string& type) { return matches_any(fstypes_.include(), type); };
  if (!fstypes_.include().empty() && std::ranges::none_of(types, met))
    return collector::none_reported(fstypes_, types_choice, types, false);
  return collector::none_reported(paths_, paths_choice, paths_of(mounts, pseudo_), false);
}

std::string MountRules::unmet_globs(const std::vector<Mount>& mounts) const {
  return collector::unmet_globs(paths_, paths_choice, paths_of(mounts, pseudo_));
}

std::span<const Setting> mount_settings() {
  return settings_table;
}

}  // namespace collector
