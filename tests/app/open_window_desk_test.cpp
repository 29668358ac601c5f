#include "collector/app/open_window_desk.h"

#include <gtest/gtest.h>

#include "collector/app/wake_up.h"

namespace collector::test {
namespace {

// A loop that does not come is waited for once, not by each that asks.
TEST(OpenWindowDesk, WhoeverAsksAfterOneWhoWaitedInVainIsNotKept) {
  const WakeUp loop;
  OpenWindowDesk desk(loop);
  EXPECT_FALSE(desk.ask()) << "nobody tells";
  EXPECT_FALSE(desk.wait([](const auto&) { FAIL() << "it was not taken"; }));
  EXPECT_TRUE(desk.is_awaited()) << "the loop tells as soon as it can";
  desk.tell({});
  EXPECT_FALSE(desk.is_awaited());
  bool is_told = false;
  EXPECT_TRUE(desk.wait([&](const auto& rows) { is_told = rows != nullptr; })) << "all is well again";
  desk.tell({});
  EXPECT_TRUE(is_told);
}

}  // namespace
}  // namespace collector::test
