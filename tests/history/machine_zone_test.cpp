// The machine's zone where /etc/localtime is no link but a copy, as in containers that were given the host's.
// Each in a process with an /etc of its own.
#include "collector/history/machine_zone.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <functional>

#include "collector/history/zone.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"

namespace collector::test {
namespace {

const std::filesystem::path zones = "/usr/share/zoneinfo";

// Prints what `of` says in a process with an empty /etc that `prepare` fills.
[[noreturn]] void in_own_etc(const std::function<void()>& prepare, const std::function<std::string()>& of) {
  unsetenv("TZ");  // NOLINT(concurrency-mt-unsafe): one thread
  enter_namespaces(CLONE_NEWNS);
  const SmallDisk etc("/etc", std::size_t{1} << 20);
  prepare();
  const std::string said = of();
  std::fprintf(stderr, "[%s]", said.c_str());
  std::_Exit(0);
}

std::string machine_name() {
  const auto zone = history::Zone::of_machine();
  return zone ? zone->name() : zone.error().text();
}

void copy_of(const char* zone) {
  std::filesystem::copy_file(zones / zone, "/etc/localtime");
}

TEST(MachineZoneDeathTest, ACopyHasTheNameOfItsRules) {
  EXPECT_EXIT(in_own_etc([] { copy_of("Asia/Kathmandu"); }, machine_name), testing::ExitedWithCode(0),
              "\\[Asia/Kathmandu\\]");
  EXPECT_EXIT(in_own_etc([] { copy_of("Etc/UTC"); }, machine_name), testing::ExitedWithCode(0),
              "\\[Etc/UTC\\]");
}

TEST(MachineZoneDeathTest, OfZonesWithTheSameRulesItIsTheOneThatTheMachineNames) {
  const auto named = [](const char* name) {
    return [name] {
      copy_of("Europe/Berlin");
      write_file("/etc/timezone", std::string(name) + "\n");
    };
  };
  EXPECT_EXIT(in_own_etc([] { copy_of("Europe/Berlin"); }, machine_name), testing::ExitedWithCode(0),
              "\\[Europe/Berlin\\]");
  EXPECT_EXIT(in_own_etc(named("Arctic/Longyearbyen"), machine_name), testing::ExitedWithCode(0),
              "\\[Arctic/Longyearbyen\\]");
  EXPECT_EXIT(in_own_etc(named("Asia/Tokyo"), machine_name), testing::ExitedWithCode(0),
              "\\[Europe/Berlin\\]")
      << "rules count, not what was left behind";
  EXPECT_EXIT(in_own_etc(named("../../../etc/localtime"), machine_name), testing::ExitedWithCode(0),
              "\\[Europe/Berlin\\]");
}

TEST(MachineZoneDeathTest, AnotherZoneHasAnotherSign) {
  const auto signs = [] {
    std::filesystem::create_symlink(zones / "Europe/Berlin", "/etc/localtime");
    const std::string link = history::machine_zone_sign();
    const bool is_kept = link == history::machine_zone_sign();
    std::filesystem::remove("/etc/localtime");
    std::filesystem::create_symlink(zones / "Asia/Tokyo", "/etc/localtime");
    const std::string other = history::machine_zone_sign();
    std::filesystem::remove("/etc/localtime");
    copy_of("Asia/Tokyo");
    const std::string copy = history::machine_zone_sign();
    return std::string(is_kept && link != other && other != copy ? "told" : "not told");
  };
  EXPECT_EXIT(in_own_etc([] {}, signs), testing::ExitedWithCode(0), "\\[told\\]");
}

}  // namespace
}  // namespace collector::test
