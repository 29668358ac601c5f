#include "sinks/json/file_name.h"

#include <gtest/gtest.h>

namespace collector::json_files {
namespace {

TEST(FileName, ReadsWhatItWrites) {
  FileName name{"archive", WallTime(std::chrono::seconds(1769860800)), 17, "3f2a9c1b", false};
  EXPECT_EQ(name.text(), "archive-20260131T120000Z-000017-3f2a9c1b.ndjson");
  EXPECT_EQ(FileName::parse("archive", name.text()), name);
  name.compressed = true;
  name.number = 12'345'678;
  EXPECT_EQ(name.text(), "archive-20260131T120000Z-12345678-3f2a9c1b.ndjson.zst");
  EXPECT_EQ(FileName::parse("archive", name.text()), name);
}

TEST(FileName, TakesNothingElseForItsOwn) {
  for (const char* text :
       {"", "archive", "archive-.ndjson", "archive-20260131T120000Z-000017-3f2a9c1b", "notes.ndjson",
        "archive-20260131T120000Z-000017-3f2a9c1b.ndjson.zst.tmp",
        "archive-20260131T120000Z-17-3f2a9c1b.ndjson", "archive-20260132T120000Z-000017-3f2a9c1b.ndjson",
        "archive-20260131T250000Z-000017-3f2a9c1b.ndjson", "archive-20260131t120000Z-000017-3f2a9c1b.ndjson",
        "archive-20260131T120000Z-000017-3F2A9C1B.ndjson", "archive-20260131T120000Z-000017-3f2a9c1.ndjson",
        "archive-20260131T120000Z-0000x7-3f2a9c1b.ndjson",
        "archive-2-20260131T120000Z-000017-3f2a9c1b.ndjson",
        "xarchive-20260131T120000Z-000017-3f2a9c1b.ndjson",
        "archive-00000000T000000Z-000017-3f2a9c1b.ndjson"})
    EXPECT_EQ(FileName::parse("archive", text), std::nullopt) << text;
  EXPECT_EQ(FileName::parse("archive-2", "archive-20260131T120000Z-000017-3f2a9c1b.ndjson"), std::nullopt);
}

TEST(FileName, DifferentSinksHaveDifferentNames) {
  EXPECT_EQ(escape_sink_name("my.Archive_2-x"), "my.Archive_2-x");
  EXPECT_EQ(escape_sink_name("a/b c%ü"), "a%2Fb%20c%25%C3%BC");
}

}  // namespace
}  // namespace collector::json_files
