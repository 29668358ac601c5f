#include "collector/samplers/net/link_table.h"

#include <gtest/gtest.h>

namespace collector {
namespace {

LinkMessage message(std::uint32_t index, std::string_view name, bool removed) {
  LinkMessage message;
  message.removed = removed;
  message.index = index;
  message.name = name;
  message.counters = LinkCounters{};
  message.counters->bytes_sent = 700;
  return message;
}

// The event of its going still waits while the list is asked for, in which it is no more.
TEST(LinkTable, LinkThatIsGoneFromADumpBeforeItsEventIsReadLeavesItsLastBytes) {
  LinkTable table;
  table.begin_dump();
  table.add(message(5, "left", false));
  table.end_dump();
  table.begin_dump();
  table.end_dump();
  ASSERT_EQ(table.find(5), nullptr);
  table.apply_event(message(5, "left", true));
  ASSERT_EQ(table.departed().size(), 1U);
  EXPECT_EQ(table.departed()[0].link.name, "left");
  EXPECT_EQ(table.departed()[0].link.index, 5U);
  EXPECT_FALSE(table.departed()[0].link.born);
  EXPECT_EQ(table.departed()[0].counters.bytes_sent, 700U);
}

TEST(LinkTable, OneThatWasNeverNamedLeavesNothing) {
  LinkTable table;
  table.apply_event(message(5, "", true));
  EXPECT_TRUE(table.departed().empty());
}

}  // namespace
}  // namespace collector
