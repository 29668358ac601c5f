// Role: what somebody who is known may do. One table; whoever asks over HTTP, the Unix socket or the receiver
// is judged by it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace collector {

enum class Permission : std::uint8_t {
  nothing,     // what everybody may have: the page itself, how to sign in
  read,        // the history, the present, the state
  operate,     // mute alerts, make enrolment tokens
  administer,  // configuration, reload, replay, tokens, users, orders
  post_own,    // deliver what the machine itself has measured
  post_any,    // deliver what any machine has measured
};

enum class Role : std::uint8_t { viewer, operating, admin, agent, forwarder, ingest };

struct RoleRow {
  Role role;
  std::string_view name;      // "viewer", "operator" … as it is typed and stored
  std::string_view sentence;  // what one is for
  std::span<const Permission> may;
};
// In the order of the enumeration.
std::span<const RoleRow> roles();

std::string_view name_of(Role role);
std::optional<Role> role_named(std::string_view name);
// Everybody may `nothing`, whoever they are.
bool may(std::optional<Role> role, Permission permission);

}  // namespace collector
