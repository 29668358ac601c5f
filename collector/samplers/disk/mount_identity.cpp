#include "collector/samplers/disk/mount_identity.h"

#include <fmt/format.h>

#include <algorithm>

namespace collector {

bool MountIdentity::is(const Mount& mount, const FilesystemStatus& status) {
  if (own_list_ && status.mount_id == mount.id) return true;
  if (fmt::format("{}:{}", status.major, status.minor) == mount.number) return true;
  if (own_list_ || !status.mount_id) return false;
  if (!own_mounts_) {
    Remarks ignored;
    const auto text = own_mountinfo_.read();
    own_mounts_ =
        text ? parse_mountinfo(*text, ignored).value_or(std::vector<Mount>()) : std::vector<Mount>();
  }
  const auto own = std::ranges::find(*own_mounts_, *status.mount_id, &Mount::id);
  return own != own_mounts_->end() && own->number == mount.number;
}

}  // namespace collector
