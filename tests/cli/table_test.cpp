#include "collector/cli/table.h"

#include <gtest/gtest.h>

namespace collector {
namespace {

TEST(Table, AlignsColumns) {
  Table table({{"name"}, {"rows", true}});
  table.add({"net", "12"});
  table.add({"pressure", "3"});
  EXPECT_EQ(table.text({}), "name      rows\nnet         12\npressure     3\n");
}

TEST(Table, CutsAtTheTerminalsWidth) {
  Table table({{"a"}, {"target"}});
  table.add({"x", "/var/lib/collector/collector.db"});
  Terminal narrow;
  narrow.width = 10;
  EXPECT_EQ(table.text(narrow), "a  target\nx  /var/li\n");
}

TEST(Table, CountsCodePointsNotBytes) {
  Table table({{"disk"}, {"x"}});
  table.add({"/größe", "1"});
  table.add({"/a", "2"});
  EXPECT_EQ(table.text({}), "disk    x\n/größe  1\n/a      2\n");
  EXPECT_EQ(display_width("größe"), 5U);
}

TEST(Table, MissingCellsAreEmpty) {
  Table table({{"a"}, {"b"}});
  table.add({"1"});
  EXPECT_EQ(table.text({}), "a  b\n1\n");
}

}  // namespace
}  // namespace collector
