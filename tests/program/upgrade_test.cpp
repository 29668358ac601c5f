// A state directory, an SQLite file and a PostgreSQL schema of earlier versions, taken over by the built
// program: tests/fixtures/make says how each was made. Not one byte is lost, doubled or given another name.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "collector/app/assembly.h"
#include "collector/formats/row_json.h"
#include "collector/spool/spool.h"
#include "collector/sqlite/database.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/json_files.h"
#include "tests/support/postgres_server.h"

namespace collector::test {
namespace {

constexpr std::int64_t sent = 17'000;  // by `known`: 17 frames of 1000 bytes
constexpr auto machine = "0123456789abcdef0123456789abcdef\n";

struct Version {
  std::string folder;      // of tests/fixtures
  bool has_constants_max;  // columns n_cpus_max and total_max
  std::string site;        // how it has written the tag %FF
};

class Upgrade : public testing::TestWithParam<Version> {
 protected:
  Upgrade() : installation_("{}") {
    std::filesystem::create_directories(installation_.state());
    load("spool.sql", "spool.db");
    load("collector.sql", "collector.db");
  }
  std::string fixture(const std::string& name) const {
    return read_file(source_directory() / "tests/fixtures" / GetParam().folder / name);
  }
  void load(const std::string& from, const std::string& to) const {
    const auto database = sqlite::Database::open(installation_.state() / to, {});
    ASSERT_TRUE(database);
    const auto done = database->execute(fixture(from));
    ASSERT_TRUE(done) << done.error().what;
  }
  // What it is to a machine whose id is not known belongs to any.
  void forget_machine() const {
    const auto database = sqlite::Database::open(installation_.state() / "spool.db", {});
    ASSERT_TRUE(database && database->execute("UPDATE state SET machine=''"));
  }
  std::int64_t count(const std::string& sql) const { return installation_.query("collector.db", sql); }
  // Of all levels: what is added up already, and the rows that are not yet.
  void expect_all_in_levels() const {
    for (const std::string level : {"5m", "1h", "1d"}) {
      const auto total = [&](const std::string& rows) {
        return count("SELECT coalesce(sum(bytes_sent), 0) FROM " + rows + " WHERE interface='known'");
      };
      EXPECT_EQ(
          total("net_" + level) + total("(SELECT * FROM net WHERE time >= (SELECT closed FROM level_state))"),
          sent)
          << level;
    }
  }

  Installation installation_;
};

TEST_P(Upgrade, TheSpoolIsWhatItWas) {
  const auto stored = [&](const std::string& sql) { return installation_.query("spool.db", sql); };
  const auto last = static_cast<std::uint64_t>(stored("SELECT last_sequence FROM state"));
  const auto source = installation_.query_text("spool.db", "SELECT hex(source) FROM state");
  const auto epoch = installation_.query_text("spool.db", "SELECT hex(epoch) FROM state");
  const SystemClock clock;
  SeriesTable series;
  Spool::Options options;
  options.directory = installation_.state();
  options.machine_id = std::string(machine).substr(0, 32);
  options.clock = &clock;
  options.series = &series;
  options.known = known_measurements();
  auto opened = Spool::open(std::move(options));
  ASSERT_TRUE(opened) << opened.error().text();
  Spool& spool = **opened;
  const auto hex = [](const Uuid& uuid) {
    std::string text = uuid.text();
    std::erase(text, '-');
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
  };
  EXPECT_EQ(hex(spool.source()), source) << "taken for another machine's";
  EXPECT_EQ(hex(spool.epoch()), epoch);
  EXPECT_EQ(spool.last_sequence(), last);

  // Totals go on where they were.
  const Baselines baselines = spool.baselines();
  const auto known = std::ranges::find_if(baselines.series, [](const Baseline& baseline) {
    return baseline.series->measurement().name == "net" &&
           std::ranges::find(baseline.series->tags(), Tag{"interface", "known"}) !=
               baseline.series->tags().end();
  });
  ASSERT_NE(known, baselines.series.end());
  const auto field = known->series->measurement().field("bytes_sent");
  ASSERT_TRUE(field);
  EXPECT_EQ(known->totals.at(*field), sent);

  const std::vector<std::pair<std::string, SinkLimits>> sinks{
      {"local", {}}, {"base", {}}, {"picky", {}}, {"away", {}}};
  ASSERT_TRUE(spool.set_sinks(sinks));
  for (const char* sink : {"local", "base", "picky"}) {
    EXPECT_EQ(spool.cursor(sink).sequence, last) << sink;
    EXPECT_EQ(spool.backlog(sink).batches, 0U) << sink;
    EXPECT_EQ(spool.dead_letters_of(sink), sink == std::string("picky") ? 4U : 0U) << sink;
  }
  EXPECT_EQ(spool.cursor("away").sequence, 0U);
  EXPECT_EQ(spool.backlog("away").batches, 4U);
  EXPECT_EQ(spool.backlog("away").rows, 12U);
  const auto replayed = spool.replay_dead_letters("picky", "picky");
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->rows, 4U);

  const auto sum_of = [&](const std::string& sink) {
    std::int64_t sum = 0;
    const auto batches = spool.read(sink, 1'000'000);
    EXPECT_TRUE(batches);
    for (const BatchPtr& batch : *batches) {
      EXPECT_EQ(batch->labels, (std::vector<Tag>{{"host", "fixture"}, {"site", "%FF"}}));
      for (const Row& row : batch->rows) {
        const auto sent_field = row.series->measurement().field("bytes_sent");
        if (sent_field) sum += batch->cells_of(row)[*sent_field].counter.delta;
      }
    }
    return sum;
  };
  EXPECT_EQ(sum_of("away"), sent);
  EXPECT_EQ(sum_of("picky"), sent);
}

TEST_P(Upgrade, TheProgramGoesOnWritingWithoutLosingOrDoublingAnything) {
  forget_machine();
  const PostgresServer server;
  server.query("SET ROLE collector; " + fixture("postgres.sql"));
  installation_.configure(
      "host: fixture\ntags: {site: \"%FF\"}\n"
      "samplers: {default: off, system: on, swap: on}\nsinks:\n"
      "  local: {type: sqlite, path: collector.db}\n  base: {type: postgres, url: \"" +
      server.url() +
      "\"}\n  picky: {type: json, directory: letters}\n  away: {type: json, directory: json}\n");
  const auto rows = [&](const std::string& table) {
    return std::stoll(server.query("SELECT count(*) FROM collector." + table));
  };
  const auto net = count("SELECT count(*) FROM net");
  const auto systems = count("SELECT count(*) FROM system");
  ASSERT_EQ(systems, 4);
  ASSERT_EQ(rows("system"), 4);
  const auto begun_hour = std::time(nullptr) / 3600 * 3600;
  const std::string old_rows = server.query("SELECT * FROM collector.net_data ORDER BY time, span");
  for (int run = 1; run <= 2; ++run) {
    // Two runs in one second would make one row in SQLite, whose times are seconds.
    for (const auto begun = std::time(nullptr); std::time(nullptr) == begun;)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const Finished once = installation_.run({"--once", "--sync", "--wait", "10ms"});
    ASSERT_EQ(once.exit_code, 0) << once.err;
    EXPECT_EQ(count("SELECT count(*) FROM system"), systems + run);
    EXPECT_EQ(rows("system"), systems + run);
    expect_all_in_levels();
  }
  // Whatever the file held before is in them.
  EXPECT_GE(count("SELECT closed FROM level_state"), begun_hour);
  EXPECT_EQ(count("SELECT count(*) FROM net"), net);
  EXPECT_EQ(
      count("SELECT sum(bytes_sent) FROM net WHERE interface='known' AND site='" + GetParam().site + "'"),
      sent);
  EXPECT_EQ(count("SELECT count(*) FROM system WHERE n_cpus > 0"), systems + 2);
  EXPECT_EQ(server.query("SELECT sum(bytes_sent) FROM collector.net WHERE interface='known'"),
            std::to_string(sent));
  EXPECT_EQ(server.query("SELECT * FROM collector.net_data ORDER BY time, span"), old_rows);
  EXPECT_EQ(server.query("SELECT count(*) FROM collector.system WHERE n_cpus > 0"),
            std::to_string(systems + 2));

  // Columns of an earlier version stay, with what they hold, and get nothing new.
  const auto max_columns =
      count("SELECT count(*) FROM pragma_table_info('system_data') WHERE name='n_cpus_max'") +
      count("SELECT count(*) FROM pragma_table_info('swap_data') WHERE name='total_max'");
  const std::string max_columns_there = server.query(
      "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'collector' AND (table_name, "
      "column_name) IN (('system_data', 'n_cpus_max'), ('swap_data', 'total_max'))");
  EXPECT_EQ(max_columns, GetParam().has_constants_max ? 2 : 0);
  EXPECT_EQ(max_columns_there, GetParam().has_constants_max ? "2" : "0");
  if (GetParam().has_constants_max) {
    EXPECT_EQ(count("SELECT count(n_cpus_max) FROM system"), systems);
    EXPECT_EQ(count("SELECT count(*) FROM system WHERE n_cpus_max = n_cpus"), systems);
    EXPECT_EQ(server.query("SELECT count(n_cpus_max) FROM collector.system"), std::to_string(systems));
  }

  // What waited is delivered. A new target gets all that is still kept for another sink, so also what the one
  // before refused: nothing of it is left to be fed back.
  EXPECT_EQ(recorded_in_json(installation_, "known").bytes_sent, sent);
  EXPECT_EQ(recorded_in_json(installation_, "known").packets_sent, 17);
  const Finished replay = installation_.run({"replay"});
  EXPECT_EQ(replay.exit_code, 0) << replay.err;
  EXPECT_NE(replay.err.find("no dead letters"), std::string::npos) << replay.err;
  std::int64_t sent_to_picky = 0;
  for (const JsonRow& row : read_json_rows(installation_.state() / "letters"))
    if (row.measurement == "net") {
      sent_to_picky += std::get<std::int64_t>(row.fields.at("bytes_sent"));
      EXPECT_EQ(row.tags.at("site"), "%FF");
    }
  EXPECT_EQ(sent_to_picky, sent);
}

INSTANTIATE_TEST_SUITE_P(From, Upgrade,
                         testing::Values(Version{"0.1.0", true, "%FF"}, Version{"unreleased", false, "%FF"},
                                         Version{"before-levels", false, "%25FF"}),
                         [](const auto& version) {
                           std::string name = version.param.folder;
                           std::ranges::replace_if(
                               name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace collector::test
