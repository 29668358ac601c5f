// The Influx sink delivering to InfluxDB and to VictoriaMetrics, against a tight loop that posts bodies made
// before over one connection to the same server; and what a point costs this side.
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "collector/formats/line_protocol_writer.h"
#include "sinks/influx/influx_sink.h"
#include "tests/bench/data.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/require.h"
#include "tests/sinks/default_settings.h"
#include "tests/support/influx_server.h"
#include "tests/support/loopback.h"
#include "tests/support/victoria_server.h"

namespace collector::bench {
namespace {

constexpr std::size_t series = 250;
constexpr std::size_t together = 40;  // batches in one write: 10,000 rows
constexpr std::size_t writes = 3;
constexpr std::size_t lines_in_a_body = 5'000;
constexpr int rounds = 5;
constexpr double rows = static_cast<double>(series * together * writes);

double private_memory() {
  std::ifstream file("/proc/self/smaps_rollup");
  double bytes = 0;
  for (std::string word; file >> word;)
    if (double kilobytes = 0; word.starts_with("Private_") && file >> kilobytes) bytes += 1024 * kilobytes;
  return bytes;
}

// Windows that no other call has had: nothing overwrites anything.
std::vector<BatchPtr> next_batches(SeriesTable& table) {
  static std::uint64_t window = 0;
  std::vector<BatchPtr> batches;
  for (std::size_t i = 0; i < together * writes; ++i) {
    auto batch = std::make_shared<Batch>(make_batch(table, Rows::counters, series, ++window));
    batch->origin.sequence = window;
    batches.push_back(std::move(batch));
  }
  return batches;
}

// Posts, and reads no more of the answer than its head.
class BarePosts {
 public:
  explicit BarePosts(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in address = test::loopback(port);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("no connection to the server");
  }
  ~BarePosts() { close(socket_); }
  BarePosts(const BarePosts&) = delete;
  BarePosts& operator=(const BarePosts&) = delete;

  void post(const std::string& body) {
    std::string request = fmt::format(
        "POST /write?db=telegraf&precision=ms HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
        body.size());
    send_all(request);
    send_all(body);
    std::string answer;
    char buffer[4096];
    while (answer.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
      if (got <= 0) throw std::runtime_error("no answer");
      answer.append(buffer, static_cast<std::size_t>(got));
    }
    if (!answer.starts_with("HTTP/1.1 204")) throw std::runtime_error(answer);
  }

 private:
  void send_all(const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t more = send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (more <= 0) throw std::runtime_error("the connection is closed");
      sent += static_cast<std::size_t>(more);
    }
  }

  int socket_;
};

double post_speed(std::uint16_t port, SeriesTable& table) {
  std::vector<std::string> bodies(1);
  LineProtocolWriter writer({.format = influx_sink().default_format});
  std::size_t lines = 0;
  for (const BatchPtr& batch : next_batches(table)) {
    writer.begin(*batch);
    for (const Row& row : batch->rows) {
      if (lines++ == lines_in_a_body) {
        lines = 1;
        bodies.emplace_back();
      }
      writer.append(row, bodies.back());
    }
  }
  BarePosts posts(port);
  return rows / wall_of([&] {
           for (const std::string& body : bodies)
             posts.post(body);
         });
}

class InfluxSinkUnderTest {
 public:
  explicit InfluxSinkUnderTest(const std::string& url) {
    Settings settings = test::default_settings(influx_sink().component.settings);
    settings.set("url", url);
    settings.set("max_size", std::uint64_t{4'000'000});  // the lines decide, as in the loop
    sink_ = influx_sink().create({"bench", "/nowhere", settings, influx_sink().default_format, clock_});
    require(sink_->open({.source = Uuid::random(), .epoch = Uuid::random()}));
  }
  double speed(SeriesTable& table) {
    const auto batches = next_batches(table);
    const double before = cpu_seconds();
    const double seconds = wall_of([&] {
      for (std::size_t i = 0; i < writes; ++i)
        if (!require(sink_->write(std::span(batches).subspan(i * together, together))).rejected.empty())
          throw std::runtime_error("rows were refused");
    });
    cpu_per_row_.push_back((cpu_seconds() - before) / rows);
    return rows / seconds;
  }
  double cpu_per_row() const { return median(cpu_per_row_); }

 private:
  SystemClock clock_;
  std::unique_ptr<Sink> sink_;
  std::vector<double> cpu_per_row_;
};

Line delivering(const std::string& where, const std::string& url, std::uint16_t port) {
  SeriesTable table;
  InfluxSinkUnderTest sink(url);
  post_speed(port, table);  // the series are there before anything is measured
  const Pair speed =
      interleave(rounds, [&] { return post_speed(port, table); }, [&] { return sink.speed(table); });
  return {.what = "Influx sink, delivering to " + where,
          .floor = "prepared bodies " + number(speed.floor, "rows/s"),
          .ours = number(speed.ours, "rows/s") + ", CPU " + number(sink.cpu_per_row(), "s") + " a row",
          .ratio = speed.ours / speed.floor,
          .target = "≥ 0.9 × the speed",
          .met = speed.ours / speed.floor >= 0.9};
}

}  // namespace

std::vector<Line> bench_influx_sink() {
  std::vector<Line> lines;
  const test::InfluxServer influx;
  const double before = private_memory();
  {
    const InfluxSinkUnderTest first(influx.url());
    lines.push_back({.what = "Influx sink, private memory once it is open",
                     .floor = "",
                     .ours = number(private_memory() - before, "B"),
                     .ratio = {},
                     .target = "",
                     .met = {}});
  }
  lines.push_back(delivering("InfluxDB", influx.url(), influx.port()));
  const test::VictoriaServer victoria;
  lines.push_back(delivering("VictoriaMetrics", victoria.url(), victoria.port()));
  return lines;
}

}  // namespace collector::bench
