// Caller: who asks, as far as it matters for the answer. A plain value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collector/access/role.h"

namespace collector {

struct Caller {
  std::optional<Role> role;        // nothing: not known, and anonymous viewers are not let in
  bool is_anonymous = true;        // a viewer without a token: never sees applications, peers, configuration
  std::string name;                // of the token or user: "phone", "anna"; empty: anonymous
  std::string tenant;              // that the token is limited to; empty: none
  std::vector<std::string> hosts;  // names or patterns that the token is limited to; empty: all
  std::string address;             // of the client, for limits; empty: over a Unix socket
  // What open streams of this caller are closed by when it goes: a token's or a session's identity.
  std::string credential;

  bool may(Permission permission) const { return collector::may(role, permission); }
};

}  // namespace collector
