// The spool, against bare SQLite blobs of the same size: one transaction and one sync each, then all read
// back.
#include <memory>
#include <vector>

#include "tests/bench/data.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/require.h"
#include "tests/support/temporary_directory.h"

namespace collector::bench {
namespace {

constexpr std::size_t series = 300;
constexpr std::uint64_t batches = 200;
constexpr int rounds = 5;

struct Seconds {
  double append = 0;
  double read = 0;
};

Seconds blobs(std::size_t size) {
  const test::TemporaryDirectory directory;
  const std::vector<std::byte> blob(size, std::byte{0x5a});
  Seconds seconds;
  {
    sqlite::Database database = require(sqlite::Database::open(directory / "blobs.db", {}));
    require(database.use_durable_settings());
    require(database.execute("CREATE TABLE blob (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL)"));
    sqlite::Statement insert = require(database.prepare("INSERT INTO blob (data) VALUES (?)"));
    seconds.append = wall_of([&] {
      for (std::uint64_t i = 0; i < batches; ++i) {
        sqlite::Transaction transaction = require(sqlite::Transaction::begin(database));
        insert.bind_blob(1, blob);
        require(insert.run());
        require(transaction.commit());
      }
    });
  }
  seconds.read = wall_of([&] {
    const sqlite::Database database = require(sqlite::Database::open(directory / "blobs.db", {}));
    sqlite::Statement select = require(database.prepare("SELECT data FROM blob ORDER BY id"));
    while (require(select.step()))
      use(std::vector<std::byte>(select.blob(0).begin(), select.blob(0).end()).data());
  });
  return seconds;
}

std::unique_ptr<Spool> open_spool(const test::TemporaryDirectory& directory, const Clock& clock,
                                  SeriesTable& table) {
  Spool::Options options;
  options.directory = directory.path();
  options.clock = &clock;
  options.series = &table;
  auto spool = require(Spool::open(std::move(options)));
  const std::pair<std::string, SinkLimits> sink{"bench", {}};
  require(spool->set_sinks(std::span(&sink, 1)));
  return spool;
}

Seconds spooled() {
  const test::TemporaryDirectory directory;
  const SystemClock clock;
  SeriesTable table;
  Seconds seconds;
  {
    const auto spool = open_spool(directory, clock, table);
    Batch first = make_batch(table, Rows::mixed, series, 0);
    require(spool->append(first, {}));
    std::vector<Batch> made;
    for (std::uint64_t i = 1; i <= batches; ++i)
      made.push_back(make_batch(table, Rows::mixed, series, i));
    seconds.append = wall_of([&] {
      for (Batch& batch : made)
        require(spool->append(batch, {}));
    });
  }
  const auto spool = open_spool(directory, clock, table);
  seconds.read = wall_of([&] {
    std::uint64_t read = 0;
    while (read < batches * series) {
      const auto some = require(spool->read("bench", 10'000));
      if (some.empty()) break;
      for (const BatchPtr& batch : some)
        read += batch->rows.size();
      spool->confirm("bench", some.back()->number, {});
    }
  });
  return seconds;
}

// Bytes that one of these batches takes in the spool.
std::size_t batch_size() {
  const test::TemporaryDirectory directory;
  const SystemClock clock;
  SeriesTable table;
  const auto spool = open_spool(directory, clock, table);
  Batch batch = make_batch(table, Rows::mixed, series, 1);
  require(spool->append(batch, {}));
  return spool->backlog("bench").bytes;
}

}  // namespace

std::vector<Line> bench_spool() {
  const std::size_t size = batch_size();
  const Pair both = interleave(
      rounds,
      [size] {
        const Seconds seconds = blobs(size);
        return seconds.append + seconds.read;
      },
      [] {
        const Seconds seconds = spooled();
        return seconds.append + seconds.read;
      });
  const double count = static_cast<double>(batches);
  return {{.what = "spool, append and read back, 300 rows each",
           .floor = "blobs of " + number(static_cast<double>(size), "B") + ": " +
                    number(both.floor / count, "s") + " each",
           .ours = number(both.ours / count, "s") + " each",
           .ratio = both.floor / both.ours,
           .target = "≥ 0.8 × the speed",
           .met = both.floor / both.ours >= 0.8}};
}

}  // namespace collector::bench
