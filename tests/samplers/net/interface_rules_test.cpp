// Which interfaces are reported, and what rate is believed.
#include "collector/samplers/net/interface_rules.h"

#include <gtest/gtest.h>

#include "collector/samplers/net/link_device.h"
#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

InterfaceRules rules(const std::map<std::string, std::string>& given = {}) {
  return InterfaceRules(make_settings(interface_settings(), given));
}

TEST(InterfaceRules, ByDefaultAllButLoopbackAndShortLivedOnes) {
  const auto by_default = rules();
  EXPECT_TRUE(by_default.reported("eth0", "physical", false));
  EXPECT_TRUE(by_default.reported("wg0", "wireguard", false));
  EXPECT_TRUE(by_default.reported("docker0", "bridge", false));
  EXPECT_FALSE(by_default.reported("lo", "loopback", true));
  EXPECT_FALSE(by_default.reported("uplink", "veth", false));
  EXPECT_FALSE(by_default.reported("br-0123456789ab", "bridge", false));
  EXPECT_FALSE(by_default.reported("cali1234", "virtual", false));
}

TEST(InterfaceRules, TheWayOutOfAContainerIsNotShortLivedByItsKind) {
  EXPECT_TRUE(rules().reported("eth0", "veth", false, true));
  EXPECT_FALSE(rules().reported("veth12", "veth", false, true)) << "by its name";
  EXPECT_FALSE(rules({{"interfaces.exclude", "[eth0]"}}).reported("eth0", "veth", false, true));
}

TEST(InterfaceRules, IncludeNamesTheOnlyOnesAndReEnables) {
  const auto chosen = rules({{"interfaces.include", "[eth*, veth1, lo]"}});
  EXPECT_TRUE(chosen.reported("eth0", "physical", false));
  EXPECT_TRUE(chosen.reported("veth1", "veth", false));
  EXPECT_TRUE(chosen.reported("lo", "loopback", true));
  EXPECT_FALSE(chosen.reported("wlan0", "physical", false));
  EXPECT_FALSE(chosen.reported("veth2", "veth", false));
}

TEST(InterfaceRules, ExcludeWinsOverAll) {
  const auto chosen = rules({{"interfaces.include", "[eth*]"}, {"interfaces.exclude", "[eth1]"}});
  EXPECT_TRUE(chosen.reported("eth0", "physical", false));
  EXPECT_FALSE(chosen.reported("eth1", "physical", false));
  EXPECT_FALSE(rules({{"interfaces.exclude", "[docker*]"}}).reported("docker0", "bridge", false));
}

TEST(InterfaceRules, ShortLivedOnesAreReportedWhenTheirListsAreEmpty) {
  const auto all = rules({{"short_lived.kinds", "[]"}, {"short_lived.names", "[]"}, {"loopback", "true"}});
  EXPECT_TRUE(all.reported("veth1", "veth", false));
  EXPECT_TRUE(all.reported("br-1", "bridge", false));
  EXPECT_TRUE(all.reported("lo", "loopback", true));
}

TEST(InterfaceRules, LimitIsTheSpeedWithFivePercentUnlessOneIsSet) {
  const auto limits = rules({{"max_rate", "{eth*: 10Gbit/s, eth0: 1Gbit/s, '*': 80Mbit/s}"}});
  EXPECT_DOUBLE_EQ(limits.byte_limit("eth0", 100), 125e6);
  EXPECT_DOUBLE_EQ(limits.byte_limit("eth1", 100), 1250e6);
  EXPECT_DOUBLE_EQ(limits.byte_limit("wlan0", 0), 10e6);
  EXPECT_DOUBLE_EQ(rules().byte_limit("eth0", 1000), 131.25e6);
  EXPECT_DOUBLE_EQ(rules().byte_limit("eth0", 0), 0);
}

class SysfsLink : public testing::Test {
 protected:
  SysfsLink() {
    link_.index = 4;
    link_.name = "eth0";
    link_.address = "02:fc:00:00:00:01";
    write("ifindex", "4\n");
    write("address", "02:fc:00:00:00:01\n");
  }
  void write(std::string_view file, std::string_view text) {
    write_file(directory_.path() / "sys/class/net/eth0" / file, text);
  }

  TemporaryDirectory directory_;
  Files files_{directory_.path()};
  Link link_;
};

TEST_F(SysfsLink, IsBelievedWhenIndexAndAddressAgree) {
  EXPECT_TRUE(sysfs_shows(files_, link_));
  write("ifindex", "5\n");
  EXPECT_FALSE(sysfs_shows(files_, link_));
  write("ifindex", "4\n");
  write("address", "02:fc:00:00:00:02\n");
  EXPECT_FALSE(sysfs_shows(files_, link_));
  link_.name = "eth1";
  EXPECT_FALSE(sysfs_shows(files_, link_));
}

TEST_F(SysfsLink, SpeedIsUnknownUnlessTheDriverTellsOne) {
  EXPECT_EQ(sysfs_speed(files_, link_), 0);
  for (const auto& [text, speed] : std::map<std::string, std::int64_t>{
           {"2500\n", 2500}, {"-1\n", 0}, {"4294967295\n", 0}, {"0\n", 0}, {"", 0}, {"fast\n", 0}}) {
    write("speed", text);
    EXPECT_EQ(sysfs_speed(files_, link_), speed) << text;
  }
}

TEST_F(SysfsLink, DeviceIsAFolder) {
  EXPECT_FALSE(sysfs_has_device(files_, link_));
  write("device/uevent", "");
  EXPECT_TRUE(sysfs_has_device(files_, link_));
}

TEST_F(SysfsLink, ADeviceThatCanNotBeLookedAtIsNone) {
  const auto folder = files_.resolve("/sys/class/net/" + link_.name);
  std::filesystem::create_directories(folder);
  std::filesystem::create_symlink("device", folder / "device");
  EXPECT_FALSE(sysfs_has_device(files_, link_));
}

}  // namespace
}  // namespace collector::test
