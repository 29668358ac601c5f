#include "collector/sqlite/row_scan.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace collector::sqlite {
namespace {

class RowScanTest : public testing::Test {
 protected:
  RowScanTest() {
    auto opened = Database::open(directory_ / "a.db", {});
    EXPECT_TRUE(opened) << opened.error().what;
    database_ = std::move(*opened);
    EXPECT_TRUE(
        database_.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT);"
                          "INSERT INTO t VALUES(1, 9223372036854775807, 0.1, 'a'), (2, NULL, NULL, NULL),"
                          " (3, -7, 2, '')"));
  }
  RowScan scan(std::string_view columns, std::string_view from) {
    auto prepared = RowScan::prepare(database_, columns, from);
    EXPECT_TRUE(prepared) << prepared.error().what;
    return std::move(*prepared);
  }
  // Column `column` of each row, as text; "-": NULL.
  std::string texts(RowScan& rows, int column) {
    std::string all;
    const auto done = rows.run([&](const ScannedRow& row) {
      all += row.is_null(column) ? "-" : std::string(row.text(column));
      all += ';';
    });
    EXPECT_TRUE(done) << done.error().what;
    return all;
  }

  test::TemporaryDirectory directory_;
  Database database_;
};

TEST_F(RowScanTest, HandsOverEveryRowThatIsMeant) {
  RowScan rows = scan("i, r, t", "t WHERE id>=?");
  rows.bind(1, 1);
  std::vector<std::string> seen;
  ASSERT_TRUE(rows.run([&](const ScannedRow& row) {
    seen.push_back(std::to_string(row.integer(0)) + (row.is_null(0) ? "-" : "") + " " +
                   std::to_string(row.real(1)) + (row.is_null(1) ? "-" : "") + " " +
                   std::string(row.text(2)) + (row.is_null(2) ? "-" : ""));
  }));
  EXPECT_EQ(seen,
            (std::vector<std::string>{"9223372036854775807 0.100000 a", "0- 0.000000- -", "-7 2.000000 "}));
  rows.bind(1, 3);
  EXPECT_EQ(texts(rows, 0), "-7;");
  rows.bind(1, 4);
  EXPECT_EQ(texts(rows, 0), "");
}

TEST_F(RowScanTest, HasAnyNumberOfColumns) {
  for (const int columns : {1, 100, 127, 128, 1000}) {
    std::string names = "id";
    for (int i = 2; i < columns; ++i)
      names += ", r";
    if (columns > 1) names += ", i";
    RowScan rows = scan(names, "t");
    EXPECT_EQ(texts(rows, columns - 1), columns == 1 ? "1;2;3;" : "9223372036854775807;-;-7;") << columns;
  }
}

TEST_F(RowScanTest, WhoIsToldOfARowMayAskSomethingElse) {
  RowScan outer = scan("id", "t");
  RowScan inner = scan("i", "t WHERE id=?");
  std::string all;
  ASSERT_TRUE(outer.run([&](const ScannedRow& row) {
    inner.bind(1, row.integer(0));
    all += texts(inner, 0);
  }));
  EXPECT_EQ(all, "9223372036854775807;-;-7;");
}

TEST_F(RowScanTest, WhatIsThrownComesOut) {
  for (const char* columns : {"id", "*, zeroblob(1)"}) {
    RowScan rows = scan(columns, "t");
    int seen = 0;
    EXPECT_THROW((void)rows.run([&](const ScannedRow&) {
      if (++seen == 2) throw std::runtime_error("enough");
    }),
                 std::runtime_error);
    EXPECT_EQ(seen, 2);
    EXPECT_EQ(texts(rows, 0), "1;2;3;");
  }
}

TEST_F(RowScanTest, ErrorsAreSQLites) {
  const auto wrong = RowScan::prepare(database_, "absent", "t");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().what.find("no such column: absent"), std::string::npos) << wrong.error().what;
  RowScan rows = scan("a.i + b.i", "t AS a, t AS b, t AS c, t AS d, t AS e, t AS f, t AS g");
  std::atomic<bool> cancelled{false};
  database_.limit_time(std::chrono::hours(1), &cancelled);
  const auto done = rows.run([&](const ScannedRow&) { cancelled = true; });
  database_.limit_time(std::chrono::milliseconds(0));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::interrupted);
}

}  // namespace
}  // namespace collector::sqlite
