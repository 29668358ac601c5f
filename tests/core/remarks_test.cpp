#include "collector/core/remarks.h"

#include <gtest/gtest.h>

namespace collector::test {
namespace {

TEST(Remarks, RejectionsNameTheirSourceAndTheFirstFewAreKept) {
  Remarks remarks;
  remarks.about("/proc/a");
  remarks.reject("one can't be true", "\"-1\"");
  EXPECT_EQ(remarks.rejected_text(), "/proc/a: one can't be true: \"-1\"");
  remarks.about({});
  remarks.reject("/proc/b: Permission denied");
  for (int i = 0; i < 4; ++i)
    remarks.reject("another");
  EXPECT_EQ(remarks.rejected(), 6U);
  EXPECT_EQ(remarks.rejected_text(),
            "/proc/a: one can't be true: \"-1\"; /proc/b: Permission denied; another (and 3 more)");
}

TEST(Remarks, NamesStayTheSameWhileTheNumbersChange) {
  Remarks first;
  Remarks second;
  first.reject("one can't be true", "\"-1\"");
  second.reject("one can't be true", "\"-2\"");
  EXPECT_EQ(first.rejected_names(), second.rejected_names());
  EXPECT_NE(first.rejected_text(), second.rejected_text());
}

TEST(Remarks, NoticesAddUpAndAllIsForgotten) {
  Remarks remarks;
  remarks.about("x");
  remarks.reject("y");
  remarks.warn("z");
  remarks.notice("eth1 is down");
  remarks.notice("eth2 is down");
  EXPECT_EQ(remarks.notice(), "eth1 is down; eth2 is down");
  remarks.clear();
  EXPECT_EQ(remarks.rejected(), 0U);
  EXPECT_EQ(remarks.rejected_text() + remarks.rejected_names() + remarks.warning() + remarks.notice(), "");
}

}  // namespace
}  // namespace collector::test
