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

// Half a number reads as another number.
TEST(Table, CutsNothing) {
  Table table({{"a"}, {"target"}});
  const std::string path(300, 'p');
  table.add({"x", path});
  EXPECT_EQ(table.text({}), "a  target\nx  " + path + "\n");
}

TEST(Table, AHeadingWidensNoColumn) {
  Table table({{"name"}, {"rows", true}});
  table.add_heading("a heading, as long as it likes to be");
  table.add({"net", "12"});
  EXPECT_EQ(table.text({}), "name  rows\na heading, as long as it likes to be\nnet     12\n");
}

TEST(Table, TitlesAndHeadingsAreBoldWhereThereIsColour) {
  Table table({{"name"}});
  table.add_heading("h");
  table.add({"net"});
  Terminal colourful;
  colourful.colour = true;
  EXPECT_EQ(table.text(colourful), "\033[1mname\033[0m\n\033[1mh\033[0m\nnet\n");
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
