#include "collector/access/role.h"

#include <gtest/gtest.h>

namespace collector {
namespace {

TEST(Role, MayWhatTheTableSays) {
  EXPECT_TRUE(may(std::nullopt, Permission::nothing));
  EXPECT_FALSE(may(std::nullopt, Permission::read));
  EXPECT_TRUE(may(Role::viewer, Permission::read));
  EXPECT_FALSE(may(Role::viewer, Permission::operate));
  EXPECT_TRUE(may(Role::operating, Permission::operate));
  EXPECT_FALSE(may(Role::operating, Permission::administer));
  EXPECT_TRUE(may(Role::admin, Permission::administer));
  for (const Role delivers : {Role::agent, Role::forwarder, Role::ingest})
    for (const Permission other : {Permission::read, Permission::operate, Permission::administer})
      EXPECT_FALSE(may(delivers, other));
  EXPECT_TRUE(may(Role::agent, Permission::post_own));
  EXPECT_FALSE(may(Role::agent, Permission::post_any));
  EXPECT_TRUE(may(Role::forwarder, Permission::post_any));
  EXPECT_FALSE(may(Role::admin, Permission::post_own));
}

TEST(Role, IsReadBackByItsName) {
  for (const RoleRow& row : roles())
    EXPECT_EQ(role_named(row.name), row.role) << row.name;
  EXPECT_EQ(role_named("root"), std::nullopt);
}

}  // namespace
}  // namespace collector
