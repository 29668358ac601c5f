#include "tests/sinks/postgres/chaos_machine.h"

#include <algorithm>
#include <ostream>
#include <sstream>
#include <stdexcept>

#include "sinks/table.h"
#include "tests/sinks/batches.h"
#include "tests/sinks/postgres/postgres_settings.h"

namespace collector::test {
namespace {

const SinkType& postgres_type() {
  const auto types = sink_types();
  const auto found =
      std::ranges::find_if(types, [](const SinkType& type) { return type.component.name == "postgres"; });
  if (found == types.end()) throw std::runtime_error("there is no sink of type postgres");
  return *found;
}

}  // namespace

void PrintTo(const Sums& sums, std::ostream* out) {
  *out << sums.rows << " rows, " << sums.distinct << " distinct, " << sums.bytes_recv << " received, "
       << sums.bytes_sent << " sent";
}

Sums stored_in(const PostgresServer& server, const std::string& where) {
  std::istringstream columns(
      server.query("SELECT format('%s %s %s %s', count(*), count(DISTINCT (host, interface, time)), "
                   "coalesce(sum(bytes_recv), 0), coalesce(sum(bytes_sent), 0)) FROM collector.net WHERE " +
                   where));
  Sums sums;
  columns >> sums.rows >> sums.distinct >> sums.bytes_recv >> sums.bytes_sent;
  return sums;
}

Machine::Machine(const std::filesystem::path& state, const std::string& url, ManualClock& clock)
    : Machine(state, url, clock, Options{}) {}

Machine::Machine(const std::filesystem::path& state, const std::string& url, ManualClock& clock,
                 Options options)
    : options_(std::move(options)), clock_(clock), settings_(postgres_settings(url)) {
  log::set_level(log::Level::error);
  std::filesystem::create_directories(state);
  Spool::Options spool;
  spool.directory = state;
  spool.machine_id = options_.id;
  spool.clock = &clock_;
  spool.series = &series_;
  auto opened = Spool::open(spool);
  if (!opened) throw std::runtime_error(opened.error().text());
  spool_ = std::move(*opened);
  const std::vector<std::pair<std::string, SinkLimits>> sinks{{"cloud", {}}};
  if (!spool_->set_sinks(sinks)) throw std::runtime_error("the spool knows no sinks");
  sink_ = postgres_type().create({"cloud", state, settings_, postgres_type().default_format, clock_});
  runner_settings_ = {.name = "cloud", .every = options_.every, .max_rows = options_.max_rows};
  runner_settings_.random = [] { return 0.5; };
  delivery_ = std::make_unique<Delivery>(runner_settings_, *sink_, *spool_, clock_, record_,
                                         SinkCalls{.entering = [] {}, .leaving = [] { return true; }});
}

Machine::~Machine() {
  log::set_level(log::Level::info);
}

Sums Machine::append(std::size_t batches, std::size_t rows_each) {
  static std::int64_t number = 0;
  Sums sums;
  for (; batches > 0; --batches) {
    Batch batch;
    batch.labels = {{"host", options_.host}};
    for (std::size_t i = 0; i < rows_each; ++i) {
      ++number;
      const auto series =
          series_.intern(net_measurement(), {{"interface", "eth" + std::to_string(number % 10)}});
      const auto cells = batch.add(row_of(series, number / 10 * 30));
      cells[0] = counter_cell(number, number, 1);
      cells[1] = counter_cell(2 * number, 2 * number, 2.5);
      cells[2] = real_cell(0.1, 0, 1, 0.3);
      cells[3] = text_cell("up");
      sums = sums + Sums{1, 1, number, 2 * number};
    }
    if (const auto done = spool_->append(batch, {}); !done)
      throw std::runtime_error(done.error().error.text());
  }
  return sums;
}

Delivery::Next Machine::step() {
  const auto before = record_.copy().retries;
  const auto next = delivery_->step(Delivery::Mode::normal);
  if (record_.copy().retries > before) {
    ++tries_;
    if (on_failure_) on_failure_();
  }
  return next;
}

bool Machine::deliver(int most_tries) {
  for (const int last = tries_ + most_tries; tries_ < last;) {
    const auto next = step();
    if (next.kind == Delivery::Next::Kind::abandoned) return false;
    if (next.kind == Delivery::Next::Kind::batch) return delivery_->finish();
    if (next.kind == Delivery::Next::Kind::pause) clock_.advance(next.pause);
  }
  return false;
}

void Machine::deliver_until(WallTime end) {
  while (clock_.now().wall < end) {
    const auto next = step();
    const Duration left = end - clock_.now().wall;
    if (next.kind == Delivery::Next::Kind::batch)
      clock_.advance(left);
    else if (next.kind == Delivery::Next::Kind::pause)
      clock_.advance(std::min(next.pause, left));
  }
}

std::vector<std::string> Machine::events() {
  std::vector<std::string> texts;
  const auto events = spool_->events(100);
  if (!events) throw std::runtime_error(events.error().error.text());
  for (const SpoolEvent& event : *events)
    texts.push_back(event.text);
  return texts;
}

}  // namespace collector::test
