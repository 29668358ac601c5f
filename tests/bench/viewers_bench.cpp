// What the page costs the running collector: served and not looked at, and with viewers, beside a collector
// that does not serve it and runs at the same time. CPU time and counts, by the threads' names: they mean the
// same on a busy machine.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/viewers.h"

namespace collector::bench {
namespace {

using std::chrono::seconds;

int seconds_of_viewing() {
  const char* text = std::getenv("COLLECTOR_BENCH_SECONDS");
  return text == nullptr ? 60 : std::max(5, std::atoi(text));
}

bool is_of_the_web(const ThreadUse& thread) {
  return thread.name.starts_with("web");
}

// What the threads of the web, and all others, have used since `before`.
struct Used {
  double web = 0;                                 // CPU seconds
  double others = 0;                              // CPU seconds
  std::map<std::string, std::uint64_t> switches;  // of the web's, by name
};

Used used_since(const std::vector<ThreadUse>& before, const Process& process) {
  const auto sum = [](const std::vector<ThreadUse>& all, int sign, Used& used) {
    for (const ThreadUse& one : all) {
      (is_of_the_web(one) ? used.web : used.others) += sign * one.cpu;
      if (is_of_the_web(one)) used.switches[one.name] += static_cast<std::uint64_t>(sign) * one.switches;
    }
  };
  Used used;
  sum(process.threads(), 1, used);
  sum(before, -1, used);
  return used;
}

void pass(int length) {
  std::this_thread::sleep_for(seconds(length));
}

Line nobody_looks(const char* when, const Collector& page) {
  const int length = seconds_of_viewing();
  const auto before = page.process().threads();
  pass(length);
  const Used used = used_since(before, page.process());
  std::uint64_t switches = 0;
  std::vector<std::string> by_thread;
  for (const auto& [name, count] : used.switches) {
    switches += count;
    by_thread.push_back(fmt::format("{} {}", name, count));
  }
  return {.what = fmt::format("page served, {}: context switches of its threads in {} s", when, length),
          .floor = "",
          .ours = fmt::format("{} ({})", switches, fmt::join(by_thread, ", ")),
          .ratio = {},
          .target = "0",
          .met = switches == 0};
}

Line memory_line(const char* what, const Collector& page, const Collector& none, double most) {
  const double more = page.process().memory("Rss") - none.process().memory("Rss");
  const double dirty = page.process().memory("Private_Dirty") - none.process().memory("Private_Dirty");
  return {.what = fmt::format("page served, {}: resident beyond one without", what),
          .floor = "RSS " + number(none.process().memory("Rss"), "B"),
          .ours = fmt::format("{}, dirty {}", number(more, "B"), number(dirty, "B")),
          .ratio = {},
          .target = fmt::format("≤ {}", number(most, "B")),
          .met = more <= most};
}

// `most`: share of a core, of all of them.
Line viewers_line(std::size_t count, double most, const Collector& page, const Collector& none,
                  std::vector<Line>& memory) {
  const int length = seconds_of_viewing();
  const Viewers viewers(page.port(), count);
  pass(3);  // what was before has been told
  const auto before = page.process().threads();
  const auto before_none = none.process().threads();
  const std::uint64_t ticks = viewers.ticks();
  const std::uint64_t bytes = viewers.bytes();
  pass(length);
  const Used used = used_since(before, page.process());
  const Used used_none = used_since(before_none, none.process());
  const double told = static_cast<double>(viewers.ticks() - ticks);
  const auto size =
      static_cast<std::size_t>(static_cast<double>(viewers.bytes() - bytes) / std::max(1.0, told));
  if (count == 10) memory.push_back(memory_line("ten viewers", page, none, 1.5e6));
  // The loop publishes what is looked at; where a flush fell into one time only, less is no gain.
  const double loop = std::max(0.0, used.others - used_none.others);
  const double share = (used.web + loop) / length;
  const double floor = cpu_of_plain_writes(count, size, std::min(length, 20));
  return {
      .what = fmt::format("{} viewers (limits.sockets 256), {:.0f} ticks of {} B", count, told, size),
      .floor = fmt::format("bare writes {:.3f} %", floor * 100),
      .ours = fmt::format("{:.3f} % of a core (its threads {:.3f})", share * 100, used.web / length * 100),
      .ratio = share / floor,
      .target = fmt::format("≤ {} %", most * 100),
      .met = share <= most && told >= 0.9 * static_cast<double>(count) * length};
}

// They take nothing and answer nothing: closed after 40 s, and until then not remembered more than a tick
// for.
Line stalled_line(const Collector& page) {
  constexpr std::size_t count = 100;
  const double before = page.process().memory("Rss");
  std::deque<test::WebSocketClient> stalled;
  for (std::size_t i = 0; i < count; ++i) {
    stalled.emplace_back(page.port()).open();
    stalled.back().send(
        R"({"type":"subscribe","id":1,"measurement":"net","fields":["bytes_recv"],"by":"interface"})");
  }
  pass(5);
  const double early = page.process().memory("Rss");
  pass(25);
  const double late = page.process().memory("Rss");
  return {.what = fmt::format("{} stalled viewers: resident after 30 s beyond after 5 s, each", count),
          .floor = fmt::format("at first {} each", number((early - before) / count, "B")),
          .ours = number((late - early) / count, "B"),
          .ratio = {},
          .target = "≤ a tick: 1 kB",
          .met = late - early <= 1000.0 * count};
}

}  // namespace

std::vector<Line> bench_viewers() {
  const Collector page(Collector::Page::on);
  const Collector none(Collector::Page::off);
  pass(35);  // not the start: the first flush is over
  std::vector<Line> lines;
  lines.push_back(nobody_looks("nobody has looked", page));
  lines.push_back(memory_line("nobody has looked", page, none, 200e3));
  std::vector<Line> memory;
  lines.push_back(viewers_line(1, 0.002, page, none, memory));
  lines.push_back(viewers_line(10, 0.02, page, none, memory));
  lines.push_back(viewers_line(100, 0.05, page, none, memory));
  lines.insert(lines.end(), memory.begin(), memory.end());
  lines.push_back(stalled_line(page));
  pass(45);  // until the last one's time is over
  lines.push_back(nobody_looks("all have gone", page));
  lines.push_back(memory_line("all have gone", page, none, 200e3));
  return lines;
}

}  // namespace collector::bench
