// Answers of the API from a year of two interfaces, without a server: the first screen, and columns of a
// picture beside a loop over SQL that reads the same hours. CPU time: all of the file that is asked for is in
// memory.
#include <fmt/format.h>

#include "collector/history/store.h"
#include "collector/http/message.h"
#include "collector/web/answering.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/require.h"
#include "tests/bench/traffic_row.h"
#include "tests/sinks/batches.h"
#include "tests/support/temporary_directory.h"

namespace collector::bench {
namespace {

constexpr std::int64_t web_length = 365 * 86'400;
constexpr int web_rounds = 11;
constexpr int requests = 20;  // in a round
constexpr double overview_takes = 0.020;

void fill_year(const std::filesystem::path& file) {
  history::StoreOptions options;
  options.name = "bench";
  auto store = history::Store::open(file, options);
  if (!store) throw std::runtime_error(store.error().error.text());
  test::BatchMaker maker;
  const WallTime now(std::chrono::seconds(test::first_second + web_length));
  std::vector<BatchPtr> batches;
  for (std::int64_t start = 0; start < web_length; start += 300) {
    maker.begin();
    for (int i = 0; i < 2; ++i)
      add_traffic(maker, fmt::format("eth{}", i), start, 300, 1'000'000 + (start * (i + 7)) % 50'000'000);
    batches.push_back(maker.take());
    if (batches.size() < 2000 && start + 300 < web_length) continue;
    if (const auto done = (*store)->write(batches, now, {}); !done)
      throw std::runtime_error(done.error().error.text());
    batches.clear();
  }
}

web::Sources sources_of(const std::filesystem::path& file) {
  static const auto configuration = std::make_shared<const Configuration>();
  web::Sources sources;
  sources.status = [] { return Status{}; };
  sources.latest = [] { return std::make_shared<const Snapshot>(); };
  sources.configuration = [] { return configuration; };
  sources.history = [file]() -> std::expected<history::HistoryFile, web::Problem> {
    auto opened = history::HistoryFile::open(file, {.at_most = std::chrono::milliseconds(250)});
    if (!opened) throw std::runtime_error(opened.error().text());
    return std::move(*opened);
  };
  sources.refused = [] { return std::vector<RefusedTime>{}; };
  sources.now = [] { return history::Seconds(std::chrono::seconds(test::first_second + web_length)); };
  sources.plans = [](const Configuration&) { return std::vector<BillingPlan>{}; };
  return sources;
}

// Seconds of a request.
double cpu_of_request(const web::Sources& sources, const std::string& target) {
  http::Request request{.method = "GET"};
  Caller caller;
  caller.role = Role::viewer;
  if (!http::parse_target(target, request)) throw std::runtime_error(target);
  return cpu_of([&] {
           for (int i = 0; i < requests; ++i) {
             const auto taken = web::take_request(web::routes(), request, caller);
             if (!taken) throw std::runtime_error(taken.error().title);
             const http::Response response = web::answer_request(*taken, request, caller, sources);
             if (response.status != 200) throw std::runtime_error(response.body);
             use(&response);
           }
         }) /
         requests;
}

// The same hours of both interfaces, opened, asked and added up.
double cpu_of_bare_sql(const std::filesystem::path& file, std::int64_t from, std::int64_t to) {
  return cpu_of([&] {
           for (int i = 0; i < requests; ++i) {
             auto database =
                 sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
             if (!database) throw std::runtime_error(database.error().what);
             auto find = database->prepare(fmt::format(
                 "SELECT series_id, time, bytes_recv, bytes_sent, bytes_recv_peak, bytes_sent_peak,"
                 " span, flags FROM net_1h_data WHERE series_id IN (SELECT id FROM net_series)"
                 " AND time >= {} AND time < {}",
                 from, to));
             if (!find) throw std::runtime_error(find.error().what);
             std::int64_t sum = 0;
             while (find->step().value_or(false))
               sum += find->integer(2) + find->integer(3);
             use(&sum);
           }
         }) /
         requests;
}

}  // namespace

std::vector<Line> bench_web() {
  const test::TemporaryDirectory directory;
  const auto file = directory / "history.db";
  fill_year(file);
  const web::Sources sources = sources_of(file);
  const std::int64_t to = test::first_second + web_length;
  const std::int64_t from = to - 30 * 86'400;
  const std::string series = fmt::format("/api/v1/series?from={}&to={}&width=720", from, to);
  const Pair pair = interleave(
      web_rounds, [&] { return cpu_of_bare_sql(file, from, to); },
      [&] { return cpu_of_request(sources, series); });
  std::vector<double> overviews;
  for (int i = 0; i < web_rounds; ++i)
    overviews.push_back(cpu_of_request(sources, "/api/v1/overview"));
  const double overview = median(std::move(overviews));
  return {{.what = "/api/v1/overview of a year",
           .floor = "",
           .ours = number(overview, "s"),
           .ratio = {},
           .target = fmt::format("≤ {}", number(overview_takes, "s")),
           .met = overview <= overview_takes},
          {.what = "/api/v1/series, 30 days of hours",
           .floor = "SQL over 1h " + number(1 / pair.floor, "requests/s"),
           .ours = number(1 / pair.ours, "requests/s"),
           .ratio = pair.ours / pair.floor,
           .target = "",
           .met = {}}};
}

}  // namespace collector::bench
