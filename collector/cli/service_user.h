// The user that the installed service runs as, and what that user can't read: root, who checks a
// configuration, can read everything.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/configuration.h"

namespace collector {

struct ServiceUser {
  std::string name;
  uid_t user = 0;
  std::vector<gid_t> groups;       // the first one is the primary
  bool has_own_tmp = false;        // /tmp and /var/tmp are not the machine's
  bool is_handed_secrets = false;  // root reads ${file:…} for it
};

// Out of the unit collector.service (with its drop-ins) or OpenRC's script, below `root` ("/" but for tests);
// nothing: there is none, or it runs as root.
std::optional<ServiceUser> find_service_user(const std::filesystem::path& root);

// `environment` for a check of `file`. Where it is the service's configuration and this process is root,
// files that only root can read are problems too.
Environment as_the_service_sees_it(Environment environment, const std::optional<std::filesystem::path>& file);

// Why `user` can't read `file`, found out by trying as that user; nothing: it can. Needs root.
std::optional<std::string> why_unreadable(const std::filesystem::path& file, const ServiceUser& user);

}  // namespace collector
