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

Table sinks() {
  Table table({{"sink"}, {"rows", true}, {"retries", true}, {"target"}});
  table.add({"local", "12", "0", "/var/lib/collector.db"});
  table.add({"far", "0", "0", "http://127.0.0.1 database x"});
  return table;
}

TEST(Table, ColumnsOfZerosGoFirst) {
  EXPECT_EQ(sinks().text({.columns = 43}),
            "sink   rows  target\n"
            "local    12  /var/lib/collector.db\n"
            "far       0  http://127.0.0.1 database x\n");
}

TEST(Table, ThenTheLastColumnIsBrokenWithinItself) {
  EXPECT_EQ(sinks().text({.columns = 36}),
            "sink   rows  target\n"
            "local    12  /var/lib/collector.db\n"
            "far       0  http://127.0.0.1\n"
            "             database x\n");
}

TEST(Table, OrGoesBelowItsLine) {
  EXPECT_EQ(sinks().text({.columns = 25}),
            "sink   rows\n"
            "local    12\n"
            "  /var/lib/collector.db\n"
            "far       0\n"
            "  http://127.0.0.1\n"
            "    database x\n");
}

TEST(Table, AtLastEachLineIsABlock) {
  Table table({{"sink"}, {"delivered", true}, {"rejected", true}, {"dropped", true}});
  table.add({"local", "12", "0", "1"});
  table.add({"far", "0", "3", "0"});
  EXPECT_EQ(table.text({.columns = 20}),
            "local\n"
            "  delivered  12\n"
            "  dropped    1\n"
            "far\n"
            "  rejected   3\n");
}

TEST(Table, CellsAreShownAsTheTerminalCan) {
  Table table({{"disk"}, {"x"}});
  table.add({"/gr\u00f6\033[2J\n", "1"});
  EXPECT_EQ(table.text({.utf8 = false}), "disk      x\n/gr??[2J  1\n");
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
