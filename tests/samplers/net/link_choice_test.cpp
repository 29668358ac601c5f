// Which of all links are reported, and what is said of the others.
#include "collector/samplers/net/link_choice.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/samplers/sampler_run.h"

namespace collector::test {
namespace {

struct Kind {
  std::string kind;
  bool peer_elsewhere = false;
  bool physical = false;
  std::uint32_t parent = 0;
  bool up = true;
};
const Kind card{.kind = "", .physical = true};
const Kind way_out{.kind = "veth", .peer_elsewhere = true};
const Kind in_a_bridge{.kind = "veth", .peer_elsewhere = true, .parent = 9};
const Kind pair{.kind = "veth"};
const Kind bridge{.kind = "bridge"};

Link link(const std::string& name, const Kind& kind) {
  Link made;
  made.name = name;
  made.kind = kind.kind;
  made.peer_elsewhere = kind.peer_elsewhere;
  made.derived.physical = kind.physical;
  made.parent = kind.parent;
  made.up = kind.up;
  return made;
}

Link loopback() {
  Link made = link("lo", {.kind = ""});
  made.loopback = true;
  return made;
}

struct Chosen {
  std::string names;
  std::string warning;
  std::string notice;
};

Chosen choose(std::vector<Link> links, const std::map<std::string, std::string>& settings = {}) {
  LinkChoice choice;
  choice.choose(links, InterfaceRules(make_settings(interface_settings(), settings)));
  Chosen chosen{{}, choice.warning(), choice.notice()};
  for (const Link& each : links)
    if (each.derived.reported) chosen.names += (chosen.names.empty() ? "" : " ") + each.name;
  return chosen;
}

TEST(LinkChoice, InAContainerTheVethThatLeadsOutIsTheMachinesLink) {
  const Chosen chosen = choose({loopback(), link("eth0", way_out)});
  EXPECT_EQ(chosen.names, "eth0");
  EXPECT_EQ(chosen.warning, "");
}

TEST(LinkChoice, OnAHostTheyAreTheContainers) {
  EXPECT_EQ(choose({loopback(), link("enp3s0", card), link("eni1234", way_out)}).names, "enp3s0");
}

TEST(LinkChoice, AContainersOwnContainersAreNotItsLinks) {
  // Those within a container: in a bridge, or called as such.
  EXPECT_EQ(choose({link("eth0", way_out), link("docker0", bridge), link("vethab12", in_a_bridge),
                    link("veth77", way_out), link("inner", in_a_bridge)})
                .names,
            "eth0 docker0");
}

TEST(LinkChoice, AContainersOnlyLinkIsReportedWhateverItsName) {
  EXPECT_EQ(choose({loopback(), link("veth0", way_out)}).names, "veth0");
  EXPECT_EQ(choose({link("veth0", way_out), link("docker0", bridge), link("vethab12", in_a_bridge)}).names,
            "veth0 docker0");
  EXPECT_EQ(choose({loopback(), link("veth0", way_out)}, {{"interfaces.exclude", "[veth*]"}}).names, "");
}

TEST(LinkChoice, APairWithinTheNamespaceLeadsNowhere) {
  const Chosen chosen = choose({loopback(), link("a", pair), link("b", pair)});
  EXPECT_EQ(chosen.names, "");
  EXPECT_EQ(chosen.warning,
            "nothing is reported: all interfaces are left out by the settings; there are: lo, a, b; name in "
            "interfaces.include what you want");
}

TEST(LinkChoice, AnIncludeThatMeetsNothingIsSaid) {
  const std::vector<Link> links{loopback(), link("eth0", card), link("wlan0", card)};
  EXPECT_EQ(choose(links, {{"interfaces.include", "[enp9s0]"}}).warning,
            "nothing is reported: interfaces.include meets no interface; there are: lo, eth0, wlan0");
  const Chosen some = choose(links, {{"interfaces.include", "[eth0, enp*, wwan0]"}});
  EXPECT_EQ(some.warning, "");
  EXPECT_EQ(some.notice, "interfaces.include: \"enp*\", \"wwan0\" meet no interface");
}

TEST(LinkChoice, WhatIsDownIsSaid) {
  const Kind unplugged{.kind = "", .physical = true, .up = false};
  EXPECT_EQ(choose({link("eth0", card), link("eth1", unplugged)}).notice,
            "eth1 is down: no rows until it is up or its counters move");
  const Chosen all = choose({link("eth0", unplugged), link("eth1", unplugged)});
  EXPECT_EQ(all.warning,
            "nothing is reported: eth0, eth1 are down: no rows until they are up or their counters move");
  EXPECT_EQ(all.notice, "");
}

TEST(LinkChoice, WithoutLinksThereIsNothingToSay) {
  const Chosen none = choose({});
  EXPECT_EQ(none.warning + none.notice, "");
}

}  // namespace
}  // namespace collector::test
