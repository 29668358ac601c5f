#include "collector/cli/live_line.h"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <optional>
#include <unordered_map>
#include <utility>

#include "collector/core/log.h"
#include "collector/core/units.h"

namespace collector {
namespace {

struct Figures {
  std::int64_t received = 0;
  std::int64_t sent = 0;
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

Figures figures_of(const Batch& batch) {
  Figures figures;
  for (const Row& row : batch.rows) {
    const std::string& measurement = row.series->measurement().name;
    if (measurement == "net" && counts_towards_total(*row.series)) {
      if (const Cell* cell = cell_of(batch, row, "bytes_recv")) figures.received += cell->counter.delta;
      if (const Cell* cell = cell_of(batch, row, "bytes_sent")) figures.sent += cell->counter.delta;
    } else if (measurement == "cpu" && row.series->tag("cpu") == "cpu-total") {
      if (const Cell* cell = cell_of(batch, row, "usage_idle")) figures.cpu_idle = cell->reals.mean;
    } else if (measurement == "mem") {
      if (const Cell* cell = cell_of(batch, row, "used_percent")) figures.memory = cell->reals.mean;
    }
  }
  return figures;
}

std::string lag_text(const BacklogFigures& backlog, WallTime now) {
  if (backlog.rows == 0 || !backlog.oldest) return {};
  return fmt::format(", {} waiting ({})", backlog.rows, human_duration(now - *backlog.oldest));
}

}  // namespace

std::string summary_of(const Batch& batch) {
  const Figures figures = figures_of(batch);
  std::string out = fmt::format("net {} in, {} out", human_bytes(static_cast<double>(figures.received)),
                                human_bytes(static_cast<double>(figures.sent)));
  if (figures.cpu_idle) out += fmt::format("  cpu {:.1f} %", 100 - *figures.cpu_idle);
  if (figures.memory) out += fmt::format("  mem {:.0f} %", *figures.memory);
  return out;
}

LiveLine::LiveLine(Assembly& assembly, const Terminal& terminal) : assembly_(assembly), terminal_(terminal) {
  assembly_.writer().on_written([this](const Batch& batch) {
    std::string summary = fmt::format("{}  {} rows", summary_of(batch), batch.rows.size());
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
    std::string line = measured_;
    lock.unlock();
    const WallTime now = assembly_.clock().now().wall;
    for (const auto& runner : assembly_.sinks().runners()) {
      const RunnerFigures figures = runner->figures();
      const bool well = figures.last_error.empty();
      const std::uint64_t before = std::exchange(told[runner->name()], figures.delivered_rows);
      const std::string sink = fmt::format("{}: {}{}", runner->name(), figures.delivered_rows - before,
                                           lag_text(assembly_.spool().backlog(runner->name()), now));
      line += "  " + terminal_.paint(sink, well ? Style::good : Style::bad);
    }
    if (terminal_.interactive) {
      const auto time = static_cast<std::time_t>(unix_seconds(now));
      std::tm local{};
      localtime_r(&time, &local);
      // Not fmt::print: it throws when the terminal has gone away, and the collector would go with it.
      line = fmt::format("{:02}:{:02}:{:02} {}\n", local.tm_hour, local.tm_min, local.tm_sec, line);
      std::fputs(line.c_str(), stderr);
    } else {
      log::debug("window", "{}", line);
    }
    lock.lock();
  }
}

}  // namespace collector
