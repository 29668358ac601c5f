#include "collector/cli/live_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <optional>
#include <unordered_map>
#include <utility>

#include "collector/core/log.h"
#include "collector/core/units.h"

namespace collector {
namespace {

// Of one interface, over all windows that the batch holds.
struct Traffic {
  double received = 0;
  double sent = 0;
  double seconds = 0;
};

struct Figures {
  double received = 0;  // bytes per second
  double sent = 0;
  std::optional<double> cpu_idle;
  std::optional<double> memory;
};

// The cell of a field, when the row has it.
const Cell* cell_of(const Batch& batch, const Row& row, std::string_view field) {
  const auto index = row.series->measurement().field(field);
  if (!index) return nullptr;
  const Cell& cell = batch.cells_of(row)[*index];
  return cell.present ? &cell : nullptr;
}

// Members of a bridge or bond carry their master's bytes once more.
bool counts_towards_total(const Series& series) {
  return series.tag("parent").empty();
}

void count(const Batch& batch, const Row& row, Traffic& traffic) {
  traffic.seconds += to_seconds(row.end - row.start);
  if (const Cell* cell = cell_of(batch, row, "bytes_recv"))
    traffic.received += static_cast<double>(cell->counter.delta);
  if (const Cell* cell = cell_of(batch, row, "bytes_sent"))
    traffic.sent += static_cast<double>(cell->counter.delta);
}

Figures figures_of(const Batch& batch) {
  Figures figures;
  std::unordered_map<const Series*, Traffic> interfaces;
  for (const Row& row : batch.rows) {
    const std::string& measurement = row.series->measurement().name;
    if (measurement == "net" && counts_towards_total(*row.series)) {
      count(batch, row, interfaces[row.series.get()]);
    } else if (measurement == "cpu" && row.series->tag("cpu") == "cpu-total") {
      if (const Cell* cell = cell_of(batch, row, "usage_idle")) figures.cpu_idle = cell->reals.mean;
    } else if (measurement == "mem") {
      if (const Cell* cell = cell_of(batch, row, "used_percent")) figures.memory = cell->reals.mean;
    }
  }
  for (const auto& [series, traffic] : interfaces) {
    if (traffic.seconds <= 0) continue;
    figures.received += traffic.received / traffic.seconds;
    figures.sent += traffic.sent / traffic.seconds;
  }
  return figures;
}

std::string lag_text(const BacklogFigures& backlog, WallTime now) {
  if (backlog.rows == 0 || !backlog.oldest) return {};
  return fmt::format(", {} waiting ({})", backlog.rows, human_duration(now - *backlog.oldest));
}

}  // namespace

std::vector<std::string> summary_of(const Batch& batch) {
  const Figures figures = figures_of(batch);
  std::vector<std::string> parts{fmt::format("in {:>9}", human_rate(figures.received)),
                                 fmt::format("out {:>9}", human_rate(figures.sent))};
  if (figures.cpu_idle) parts.push_back(fmt::format("cpu {:>3.0f} %", 100 - *figures.cpu_idle));
  if (figures.memory) parts.push_back(fmt::format("mem {:>3.0f} %", *figures.memory));
  parts.push_back(fmt::format("{:>3} {}", batch.rows.size(), batch.rows.size() == 1 ? "row" : "rows"));
  return parts;
}

std::string parts_in_lines(const std::vector<std::string>& parts, const Terminal& terminal) {
  constexpr std::string_view gap = "  ";
  std::string out;
  std::size_t column = 0;
  for (const std::string& part : parts) {
    const std::size_t width = display_width(part);
    const std::size_t indent = display_width(parts.front()) + gap.size();
    const bool first_in_line = column <= indent;
    if (!out.empty() && terminal.columns > 0 && !first_in_line &&
        column + gap.size() + width > terminal.columns) {
      out += "\n" + std::string(indent - gap.size(), ' ');
      column = indent - gap.size();
    }
    if (!out.empty()) out += gap;
    out += part;
    column += width + (column == 0 ? 0 : gap.size());
  }
  return terminal.fit(out);
}

LiveLine::LiveLine(Assembly& assembly) : assembly_(assembly) {
  assembly_.writer().on_written([this](const Batch& batch) {
    std::vector<std::string> summary = summary_of(batch);
    const std::lock_guard lock(mutex_);
    measured_ = std::move(summary);
    written_ = true;
    changed_.notify_all();
  });
  thread_ = std::thread([this] { follow(); });
  pthread_setname_np(thread_.native_handle(), "live line");
}

LiveLine::~LiveLine() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LiveLine::follow() {
  std::unordered_map<std::string, std::uint64_t> told;  // rows delivered, by sink, in the lines so far
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return written_ || ending_; });
    if (ending_) return;
    written_ = false;
    // Local sinks take the batch within milliseconds; what they took belongs on the same line.
    changed_.wait_for(lock, std::chrono::milliseconds(500), [&] { return ending_; });
    if (ending_) return;
    std::vector<std::string> parts = measured_;
    lock.unlock();
    const WallTime now = assembly_.clock().now().wall;
    const Terminal terminal = Terminal::of(STDERR_FILENO);
    for (const auto& runner : assembly_.sinks().runners()) {
      const RunnerFigures figures = runner->figures();
      const bool well = figures.last_error.empty();
      const std::uint64_t before = std::exchange(told[runner->name()], figures.delivered_rows);
      const std::string sink =
          fmt::format("{} {}{}", terminal.printable(runner->name()), figures.delivered_rows - before,
                      lag_text(assembly_.spool().backlog(runner->name()), now));
      parts.push_back(terminal.paint(sink, well ? Style::good : Style::bad));
    }
    if (terminal.interactive) {
      const auto time = static_cast<std::time_t>(unix_seconds(now));
      std::tm local{};
      localtime_r(&time, &local);
      parts.insert(parts.begin(),
                   fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec));
      put(stderr, parts_in_lines(parts, terminal) + "\n");
    } else {
      log::debug("window", "{}", fmt::join(parts, "  "));
    }
    lock.lock();
  }
}

}  // namespace collector
