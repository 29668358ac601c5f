#include "collector/access/role.h"

#include <algorithm>
#include <array>

namespace collector {
namespace {

constexpr std::array viewing{Permission::read};
constexpr std::array operating{Permission::read, Permission::operate};
constexpr std::array administering{Permission::read, Permission::operate, Permission::administer};
constexpr std::array posting_own{Permission::post_own};
constexpr std::array posting_any{Permission::post_own, Permission::post_any};

constexpr std::array<RoleRow, 6> table{{
    {Role::viewer, "viewer", "reads", viewing},
    {Role::operating, "operator", "also mutes alerts and makes enrolment tokens", operating},
    {Role::admin, "admin", "also configuration, reload, replay, tokens, users and orders", administering},
    {Role::agent, "agent", "delivers what its own machine has measured, and reads nothing", posting_own},
    {Role::forwarder, "forwarder", "delivers what any machine has measured, and reads nothing", posting_any},
    {Role::ingest, "ingest", "delivers by foreign protocols, and reads nothing", posting_own},
}};

}  // namespace

std::span<const RoleRow> roles() {
  return table;
}

std::string_view name_of(Role role) {
  return table.at(static_cast<std::size_t>(role)).name;
}

std::optional<Role> role_named(std::string_view name) {
  const auto found = std::ranges::find(table, name, &RoleRow::name);
  return found == table.end() ? std::nullopt : std::optional(found->role);
}

bool may(std::optional<Role> role, Permission permission) {
  if (permission == Permission::nothing) return true;
  if (!role) return false;
  const auto& all = table.at(static_cast<std::size_t>(*role)).may;
  return std::ranges::find(all, permission) != all.end();
}

}  // namespace collector
