// Who the installed service runs as, and what that user can't read.
#include "collector/cli/service_user.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

namespace fs = std::filesystem;

TEST(ServiceUser, IsWhatTheUnitAndItsDropInsSay) {
  const TemporaryDirectory root;
  EXPECT_FALSE(find_service_user(root.path()));
  const fs::path unit = root / "usr/lib/systemd/system/collector.service";
  write_file(unit, "[Service]\nExecStart=/usr/bin/collector run\n");
  EXPECT_FALSE(find_service_user(root.path())) << "it is root";
  write_file(unit, read_file(source_directory() / "scripts/packaging/systemd/collector.service"));
  auto user = find_service_user(root.path());
  ASSERT_TRUE(user);
  EXPECT_EQ(user->name, "collector");
  EXPECT_TRUE(user->has_own_tmp);
  write_file(root / "etc/systemd/system/collector.service.d/user.conf",
             "[Service]\nUser=daemon\nPrivateTmp=no\n");
  user = find_service_user(root.path());
  ASSERT_TRUE(user);
  EXPECT_EQ(user->name, "daemon");
  EXPECT_EQ(user->user, 1U);
  EXPECT_FALSE(user->has_own_tmp);
}

TEST(ServiceUser, IsOpenRcsWhereThereIsNoUnit) {
  const TemporaryDirectory root;
  write_file(root / "etc/init.d/collector", "#!/sbin/openrc-run\ncommand_user=\"collector:collector\"\n");
  const auto user = find_service_user(root.path());
  ASSERT_TRUE(user);
  EXPECT_EQ(user->name, "collector");
}

TEST(ServiceUser, FilesOfRootAreSaidToBeUnreadable) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can try as another user";
  const TemporaryDirectory directory;
  fs::permissions(directory.path(), fs::perms(0755));
  const ServiceUser user{.name = "collector", .user = 61184, .groups = {61184}};
  write_file(directory / "open.pem", "x");
  fs::permissions(directory / "open.pem", fs::perms(0644));
  EXPECT_EQ(why_unreadable(directory / "open.pem", user), std::nullopt);
  fs::permissions(directory / "open.pem", fs::perms(0600));
  EXPECT_EQ(why_unreadable(directory / "open.pem", user),
            "can't be read by the service's user, collector: Permission denied");
  write_file(directory / "closed/open.pem", "x");
  fs::permissions(directory / "closed", fs::perms(0700));
  EXPECT_NE(why_unreadable(directory / "closed/open.pem", user), std::nullopt) << "its folder is closed";
  ServiceUser apart = user;
  apart.has_own_tmp = true;
  EXPECT_NE(why_unreadable("/tmp/x.pem", apart).value_or("").find("a /tmp of its own"), std::string::npos);
}

}  // namespace
}  // namespace collector::test
