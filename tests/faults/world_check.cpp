// What has to be right after any sequence of faults.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/faults/levels.h"
#include "tests/faults/world.h"

namespace collector::test {
namespace {

// Whether sums are between the two.
bool within(const Interfaces::Expectation& expected, const Sums& sums) {
  return expected.least.at_most(sums) && sums.at_most(expected.most);
}

Sums sums_of(const Delivered& delivered, const std::string& family) {
  const auto found = delivered.by_family.find(family);
  return found == delivered.by_family.end() ? Sums{} : found->second;
}

// Which families' sums are not as the kernel counted. What a full series table put together under no name
// belongs to any of them: then they have to add up together, and none may have more than its own.
std::string wrong_sums(const std::map<std::string, Interfaces::Expectation>& families,
                       const Delivered& delivered) {
  const auto text = [](const std::string& name, const Sums& sums, const Interfaces::Expectation& expected) {
    std::ostringstream out;
    out << name << ": there are " << sums << "; the kernel counted " << expected.most << "; at least "
        << expected.least << '\n';
    return out.str();
  };
  const bool folded = delivered.by_family.contains("");
  std::string wrong;
  Interfaces::Expectation all;
  Sums all_sums = sums_of(delivered, "");
  for (const auto& [family, expected] : families) {
    const Sums sums = sums_of(delivered, family);
    if (folded ? !sums.at_most(expected.most) : !within(expected, sums))
      wrong += text(family, sums, expected);
    all.most += expected.most;
    all.least += expected.least;
    all_sums += sums;
  }
  if (folded && !within(all, all_sums)) wrong += text("all together", all_sums, all);
  return wrong;
}

}  // namespace

// What the sinks that can be asked while they are written to still lack; empty: nothing.
std::string World::shortfall() const {
  const auto lacks = [&](const std::string& sink, const Delivered& delivered) -> std::string {
    const std::string wrong = wrong_sums(interfaces_.expected(), delivered);
    return wrong.empty() ? wrong : sink + ": " + wrong;
  };
  for (const auto& file : {database_file(), small_->path / "collector.db"}) {
    if (!std::filesystem::exists(file)) return file.string() + " is not there yet";
    if (auto text = lacks(file.string(), delivered_to_sqlite(file)); !text.empty()) return text;
  }
  return lacks("points", points_->delivered());
}

void World::compare(const std::string& sink, const Delivered& delivered) const {
  SCOPED_TRACE("sink " + sink);
  EXPECT_EQ(wrong_sums(interfaces_.expected(), delivered), "");
  EXPECT_TRUE(delivered.twice.empty()) << "there twice: " << delivered.twice.front();
  constexpr double limit = 8e6 / 8;
  EXPECT_LE(delivered.highest_peak_of_limited, limit * 1.000001);
}

void World::check_levels(const std::filesystem::path& file) const {
  EXPECT_EQ(uneven_levels(file), "") << file;
}

void World::check_spool() const {
  const auto query = [&](const std::string& sql) { return installation_.query("spool.db", sql); };
  EXPECT_EQ(query("SELECT count(*) FROM dead_letter"), 0);
  EXPECT_EQ(query("SELECT count(*) FROM damaged_batch"), 0);
  const std::string removed = "kind = 'spool removed'";
  // What an edit took away and another brought back lacks what was measured in between, and that is told.
  const std::string brought_back = "text LIKE 'sink extra: %while no sink led there%'";
  const std::string restored =
      history_was_restored_ ? "(kind = 'target' AND text LIKE 'sink local: %are sent again')" : "0";
  EXPECT_EQ(
      installation_.query_text("spool.db", "SELECT group_concat(kind || ': ' || text) FROM event WHERE NOT " +
                                               removed + " AND NOT " + brought_back + " AND NOT " + restored +
                                               " AND kind != 'dead letters dropped'"),
      "");
  EXPECT_EQ(query("SELECT count(*) FROM event WHERE " + removed), spool_was_removed_ ? 1 : 0);
  for (const auto& entry : std::filesystem::directory_iterator(state_->path))
    EXPECT_EQ(entry.path().filename().string().find("damaged"), std::string::npos) << entry.path();
}

void World::check() {
  traffic_->pause();
  // The sinks' retries come after a pause that grows with the failures before. One that was started while the
  // state directory was out of order may only now end by it.
  std::string lacks;
  const auto delivered = [&] {
    keep_running();
    return replay_refused() && (lacks = shortfall()).empty();
  };
  for (int tries = 0; tries < 2; ++tries)
    if (eventually(delivered)) break;
  EXPECT_EQ(lacks, "") << process_->err();
  note_memory();
  terminate();
  // On a busy machine a sink may not have got its last rows in time: the next process delivers them.
  for (int again = 0; again < 3 && process_->err().find("not finished within") != std::string::npos;
       ++again) {
    start();
    eventually(delivered);
    terminate();
  }
  interfaces_.all_stored();

  const Delivered local = delivered_to_sqlite(database_file());
  const Delivered archive = json_->read();
  compare("local", local);
  compare("archive", archive);
  compare("small", delivered_to_sqlite(small_->path / "collector.db"));
  compare("points", points_->delivered());
  EXPECT_EQ(points_->points(), archive.net_rows);
  EXPECT_EQ(local.dropped_rows, 0);
  EXPECT_EQ(archive.dropped_rows, 0);
  EXPECT_EQ(local.rows.size(), archive.rows.size()) << "the sinks hold the same rows";
  EXPECT_TRUE(local.rows == archive.rows);
  check_levels(database_file());
  check_levels(small_->path / "collector.db");
  check_spool();
}

void World::go_on() {
  start();
  traffic_->go_on();
}

}  // namespace collector::test
