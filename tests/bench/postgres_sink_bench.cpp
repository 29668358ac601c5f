// The PostgreSQL sink catching up, against a bare loop of binary COPY; and one small sync over a line with a
// round trip of 40 ms, counted by a proxy, against connecting and leaving.
#include <chrono>

#include "tests/bench/data.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/postgres_store.h"
#include "tests/bench/sqlite_store.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/postgres_server.h"

namespace collector::bench {
namespace {

constexpr std::size_t together = 166;  // batches of 300 rows: 49,800, as `max_rows` has it
constexpr std::size_t writes = 3;
constexpr int rounds = 5;
constexpr std::size_t rows_each = 300;

// Each round begins with an empty table.
template <typename Store>
double speed(Store& store, std::span<const BatchPtr> batches) {
  const double seconds = wall_of([&] {
    for (std::size_t i = 0; i < writes; ++i)
      store.write(batches.subspan(1 + i * together, together));
  });
  return static_cast<double>(writes * together * rows_each) / seconds;
}

Line catching_up(std::span<const BatchPtr> batches) {
  const test::PostgresServer server(
      {.settings = {"max_wal_size=4GB", "shared_buffers=128MB"}, .durable = true});
  const auto prepare = [&](PostgresSinkUnderTest& sink) {
    server.query("DROP SCHEMA IF EXISTS collector CASCADE; CHECKPOINT");
    sink.open(batches.front()->origin);
    sink.write(batches.first(1));
  };
  const Pair rows = interleave(
      rounds,
      [&] {
        PostgresSinkUnderTest maker(server.url());
        prepare(maker);
        maker.close();
        BareCopy bare(server.url(), *batches.front());
        return speed(bare, batches);
      },
      [&] {
        PostgresSinkUnderTest sink(server.url());
        prepare(sink);
        return speed(sink, batches);
      });
  return {.what = "Postgres sink, catching up",
          .floor = "bare binary COPY " + number(rows.floor, "rows/s"),
          .ours = number(rows.ours, "rows/s"),
          .ratio = rows.ours / rows.floor,
          .target = "≥ 0.8 × the speed",
          .met = rows.ours / rows.floor >= 0.8};
}

// What one connection cost, seen by the proxy.
struct Session {
  double seconds = 0;
  double round_trips = 0;  // without the handshake of TCP, which is in both
  double bytes_up = 0;
};

template <typename Work>
Session through(const test::CuttingProxy& proxy, Work work) {
  const auto before = proxy.figures();
  const double seconds = wall_of(work);
  const auto after = proxy.figures();
  return {seconds, static_cast<double>(after.round_trips - before.round_trips),
          static_cast<double>(after.bytes_up - before.bytes_up)};
}

std::vector<Line> small_syncs(std::span<const BatchPtr> batches) {
  const test::TemporaryDirectory directory;
  const auto certificates = test::make_certificates(directory / "certificates", "DNS:localhost");
  const test::PostgresServer server({.certificates = certificates});
  const test::CuttingProxy proxy({.target = server.port(), .delay = std::chrono::milliseconds(20)});
  const std::string url =
      "postgresql://collector:" + std::string(test::PostgresServer::password) +
      "@localhost:" + std::to_string(proxy.port()) +
      "/collector?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=" + certificates.authority.string();
  const Origin origin = batches.front()->origin;
  PostgresSinkUnderTest sink(url);
  sink.open(origin);
  sink.write(batches.first(1));
  sink.close();
  batches = batches.subspan(1);

  std::vector<Line> lines;
  for (const std::size_t count : {1U, 10U, 33U}) {
    std::vector<double> bare_seconds;
    std::vector<double> seconds;
    std::vector<double> extra;
    double bytes = 0;
    double bare_trips = 0;
    for (int round = 0; round < 3; ++round) {
      const Session bare = through(proxy, [&] { connect_bare(url); });
      const Session ours = through(proxy, [&] {
        sink.open(origin);
        sink.write(batches.first(count));
        sink.close();
      });
      batches = batches.subspan(count);
      bare_seconds.push_back(bare.seconds);
      seconds.push_back(ours.seconds);
      extra.push_back(ours.round_trips - bare.round_trips);
      bytes = ours.bytes_up - bare.bytes_up;
      bare_trips = bare.round_trips;
    }
    const auto rows = static_cast<double>(count * rows_each);
    if (lines.empty())
      lines.push_back(
          {.what = "Postgres, connecting and leaving (TLS, scram, 40 ms)",
           .floor = "",
           .ours = number(median(bare_seconds), "s") + ", " + plain(bare_trips + 1, "round trips"),
           .ratio = {},
           .target = "",
           .met = {}});
    lines.push_back({.what = "Postgres sink, one sync of " + plain(rows, "rows"),
                     .floor = "connecting alone " + number(median(bare_seconds), "s"),
                     .ours = number(median(seconds), "s") + ", " + plain(bytes / rows, "B/row"),
                     .ratio = median(extra),
                     .target = "1 round trip more",
                     .met = median(extra) == 1});
  }
  return lines;
}

}  // namespace

std::vector<Line> bench_postgres_sink() {
  SeriesTable table;
  const std::vector<BatchPtr> batches = numbered_batches(table, 1 + together * writes);
  std::vector<Line> lines{catching_up(batches)};
  for (Line& line : small_syncs(batches))
    lines.push_back(std::move(line));
  return lines;
}

}  // namespace collector::bench
