// Where nothing further can be opened, what a start needs says so instead of going on without.
#include "tests/support/no_descriptors.h"

#include <gtest/gtest.h>

#include "collector/app/machine.h"
#include "collector/app/reloader.h"
#include "collector/app/signals.h"
#include "collector/app/timer.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

TEST(NoDescriptors, TheBootIsNotTakenForAnother) {
  if (test::exceptions_need_descriptors) GTEST_SKIP() << "no exception without a descriptor here";
  const Instant now{};
  EXPECT_FALSE(boot_signs(Files(), now).id.empty());
  {
    const test::NoDescriptors none;
    EXPECT_THROW(boot_signs(Files(), now), std::system_error);
  }
  const test::TemporaryDirectory empty;
  EXPECT_EQ(boot_signs(Files(empty.path()), now).id, "");
}

TEST(NoDescriptors, NothingIsWaitedForThatNeverComes) {
  if (test::exceptions_need_descriptors) GTEST_SKIP() << "no exception without a descriptor here";
  const auto load = [] { return FoundConfiguration(); };
  const test::NoDescriptors none;
  EXPECT_THROW(Timer(), std::system_error);
  EXPECT_THROW(SignalSource(), std::system_error);
  EXPECT_THROW(Reloader(load, Configuration{}), std::system_error);
}

}  // namespace
}  // namespace collector
