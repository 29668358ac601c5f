// Answers of the API from a year of two interfaces, without a server: the first screen, of the year of the
// page's tests too (five interfaces, nights without anything), and columns of a picture beside a loop over
// SQL that reads the same hours. CPU time: all of the file that is asked for is in memory.
#include <fmt/format.h>
#include <zlib.h>

#include "collector/http/message.h"
#include "collector/sqlite/database.h"
#include "collector/web/answering.h"
#include "collector/web/finish.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/process.h"
#include "tests/bench/web_history.h"
#include "tests/sinks/batches.h"
#include "tests/support/temporary_directory.h"

namespace collector::bench {
namespace {

constexpr int web_rounds = 11;
constexpr int requests = 20;  // in a round
constexpr double overview_takes = 0.020;

web::Sources sources_of(const std::filesystem::path& file, std::int64_t now) {
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
  sources.now = [now] { return history::Seconds(std::chrono::seconds(now)); };
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

// What the answer is made of, opened, asked and added up: of both interfaces, from each of `levels` what
// began within so many seconds before `to`.
struct Read {
  const char* level;
  std::int64_t seconds;
};
double cpu_of_bare_sql(const std::filesystem::path& file, std::int64_t to, const std::vector<Read>& reads) {
  return cpu_of([&] {
           for (int i = 0; i < requests; ++i) {
             auto database =
                 sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
             if (!database) throw std::runtime_error(database.error().what);
             for (const Read& read : reads) {
               auto find = database->prepare(fmt::format(
                   "SELECT series_id, time, bytes_recv, bytes_sent, bytes_recv_peak, bytes_sent_peak,"
                   " span, flags FROM net_{}_data WHERE series_id IN (SELECT id FROM net_series)"
                   " AND time >= {} AND time < {}",
                   read.level, to - read.seconds, to));
               if (!find) throw std::runtime_error(find.error().what);
               std::int64_t sum = 0;
               while (find->step().value_or(false))
                 sum += find->integer(2) + find->integer(3);
               use(&sum);
             }
           }
         }) /
         requests;
}

// An answer as it leaves, and what making it smaller costs beside zlib alone.
Line gzip_line(const web::Sources& sources, const std::string& target) {
  http::Request request{.method = "GET"};
  Caller caller;
  caller.role = Role::viewer;
  http::parse_target(target, request);
  const auto taken = web::take_request(web::routes(), request, caller);
  if (!taken) throw std::runtime_error(taken.error().title);
  const http::Response whole = web::answer_request(*taken, request, caller, sources);
  request.headers.push_back({"Accept-Encoding", "gzip"});
  std::size_t size = 0;
  const Pair pair = interleave(
      web_rounds,
      [&] {
        return cpu_of([&] {
                 std::string out(compressBound(whole.body.size()), '\0');
                 for (int i = 0; i < requests; ++i) {
                   uLongf length = out.size();
                   compress2(reinterpret_cast<Bytef*>(out.data()), &length,
                             reinterpret_cast<const Bytef*>(whole.body.data()), whole.body.size(), 1);
                   use(out.data());
                 }
               }) /
               requests;
      },
      [&] {
        return cpu_of([&] {
                 for (int i = 0; i < requests; ++i) {
                   const http::Response sent = web::finished(whole, request, {});
                   size = sent.body.size();
                   use(&sent);
                 }
               }) /
               requests;
      });
  return {.what = fmt::format("gzip of an overview, {} to {} B", whole.body.size(), size),
          .floor = "zlib alone " + number(pair.floor, "s"),
          .ours = number(pair.ours, "s"),
          .ratio = pair.ours / pair.floor,
          .target = "",
          .met = {}};
}

// As many seconds as `width` columns show, by what they are read from.
Line series_line(const char* what, const std::filesystem::path& file, const web::Sources& sources,
                 const Read& read, int width) {
  const std::int64_t to = test::first_second + year_asked;
  const std::string target =
      fmt::format("/api/v1/series?from={}&to={}&width={}", to - read.seconds, to, width);
  const Pair pair = interleave(
      web_rounds, [&] { return cpu_of_bare_sql(file, to, {read}); },
      [&] { return cpu_of_request(sources, target); });
  return {.what = fmt::format("/api/v1/series, {}", what),
          .floor = fmt::format("SQL over {} {}", read.level, number(1 / pair.floor, "requests/s")),
          .ours = number(1 / pair.ours, "requests/s"),
          .ratio = pair.ours / pair.floor,
          .target = "",
          .met = {}};
}

Line overview_line(const char* what, const std::filesystem::path& file, std::int64_t to) {
  constexpr std::int64_t day = 86'400;
  const web::Sources sources = sources_of(file, to);
  // The strip; half a year for the forecast; eight weeks for the hours of the week, and again for what is
  // usual today; the interfaces' last day.
  const std::vector<Read> reads{
      {"1d", year_asked}, {"1h", 26 * 7 * day}, {"1h", 56 * day}, {"1h", 56 * day}, {"1h", day}};
  std::vector<double> walls;
  const Pair pair = interleave(
      web_rounds, [&] { return cpu_of_bare_sql(file, to, reads); },
      [&] {
        const double start = wall_seconds();
        const double cpu = cpu_of_request(sources, "/api/v1/overview");
        walls.push_back((wall_seconds() - start) / requests);
        return cpu;
      });
  return {.what = fmt::format("/api/v1/overview of {}", what),
          .floor = "SQL of its times " + number(pair.floor, "s"),
          .ours = fmt::format("{}, wall {}", number(pair.ours, "s"), number(median(walls), "s")),
          .ratio = pair.ours / pair.floor,
          .target = fmt::format("≤ {}", number(overview_takes, "s")),
          .met = pair.ours <= overview_takes};
}

// As tests/page has it, up to the moment.
std::int64_t make_up_year(const std::filesystem::path& file) {
  const auto program = std::filesystem::path(COLLECTOR_BUILD_DIRECTORY) / "made_up_year";
  if (Process({program, file, "thinkpad", "365"}).wait() != 0) throw std::runtime_error("made_up_year fails");
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
}

}  // namespace

std::vector<Line> bench_web() {
  const test::TemporaryDirectory directory;
  const auto file = directory / "history.db";
  fill_traffic(file, 2, 0, year_asked);
  const web::Sources sources = sources_of(file, test::first_second + year_asked);
  const auto made_up = directory / "made_up.db";
  const std::int64_t now = make_up_year(made_up);
  return {overview_line("a year", file, test::first_second + year_asked),
          overview_line("the page's tests' year", made_up, now),
          gzip_line(sources, "/api/v1/overview"),
          series_line("a day of 5 minutes", file, sources, {"5m", 86'400}, 300),
          series_line("30 days of hours", file, sources, {"1h", 30 * 86'400}, 720),
          series_line("a year of days", file, sources, {"1d", year_asked}, 365)};
}

}  // namespace collector::bench
