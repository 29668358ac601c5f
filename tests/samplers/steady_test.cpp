// The tick that runs for years: once a sampler has seen the machine, sampling an unchanged one allocates
// nothing. Checked over every case folder that can be read, so that a new sampler is covered by its cases.
#include <gtest/gtest.h>

#include <string>

#include "tests/samplers/net/own_network.h"
#include "tests/samplers/sampler_run.h"
#include "tests/support/counted_allocations.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

class SteadySampling : public testing::TestWithParam<const char*> {};

TEST_P(SteadySampling, AllocatesNothing) {
  const std::string a_case = GetParam();
  const auto folder = source_directory() / "tests/samplers/cases" / a_case;
  SamplerRun run(sampler_type(a_case.substr(0, a_case.find('/'))), folder, case_settings(folder));
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(run.sample());
  const std::size_t before = allocations;
  for (int i = 0; i < 3; ++i) {
    run.clock.advance(std::chrono::seconds(1));
    ASSERT_TRUE(run.sample());
  }
  EXPECT_EQ(allocations, before);
  EXPECT_FALSE(run.last().readings().empty());
}

// One case of each sampler that reads files in the loop, and of those whose thread has much to read.
INSTANTIATE_TEST_SUITE_P(Cases, SteadySampling,
                         testing::Values("cpu/128_cores", "mem/usual", "swap/usual", "system/usual",
                                         "kernel/usual", "processes/usual", "pressure/usual", "temp/usual",
                                         "netproto/normal", "diskio/columns_20", "internal/usual"),
                         [](const auto& a_case) {
                           const std::string text = a_case.param;
                           return text.substr(0, text.find('/'));
                         });

// Network interfaces are not read from files.
TEST(SteadyLinks, AllocatesNothing) {
  in_own_network([](OwnNetwork& network) {
    network.add_veth("left", "right");
    SamplerRun run(sampler_type("net"), "/");
    for (int i = 0; i < 3; ++i)
      ASSERT_TRUE(run.sample());
    const std::size_t before = allocations;
    for (int i = 0; i < 3; ++i) {
      run.clock.advance(std::chrono::seconds(1));
      ASSERT_TRUE(run.sample());
    }
    EXPECT_EQ(allocations, before);
    EXPECT_EQ(run.last().readings().size(), 3U);
  });
}

}  // namespace
}  // namespace collector::test
