#include "collector/core/uuid.h"

#include <gtest/gtest.h>

namespace collector {
namespace {

TEST(Uuid, TextRoundTrip) {
  const Uuid uuid = Uuid::random();
  EXPECT_EQ(uuid.text().size(), 36U);
  EXPECT_EQ(Uuid::parse(uuid.text()), uuid);
  EXPECT_NE(Uuid::random(), uuid);
  EXPECT_EQ(uuid.text()[14], '4') << "version 4";
}

TEST(Uuid, RefusesAnythingElse) {
  EXPECT_FALSE(Uuid::parse(""));
  EXPECT_FALSE(Uuid::parse("00000000-0000-0000-0000-00000000000"));
  EXPECT_FALSE(Uuid::parse("00000000-0000-0000-0000-0000000000000"));
  EXPECT_FALSE(Uuid::parse("0000000000000-0000-0000-000000000000"));
  EXPECT_FALSE(Uuid::parse("0000000g-0000-0000-0000-000000000000"));
}

}  // namespace
}  // namespace collector
