// What happens to disks, and by them to the spool and to sinks.
#include <cerrno>
#include <cstdio>

#include "collector/cli/exit_code.h"
#include "collector/sqlite/database.h"
#include "tests/faults/chaos.h"

namespace collector::test {

using namespace std::chrono_literals;

Disk& Chaos::draw_sink_disk() {
  switch (draw(0, 2)) {
    case 0:
      return world_.history_disk();
    case 1:
      return world_.archive_disk();
    default:
      return world_.small_disk();
  }
}

// Sinks wait longer after each failure, so their faults are short here.
void Chaos::disk_fault(Disk& disk, const std::string& subject, const std::function<void(Disk&)>& begin) {
  const int steps = draw(1, 3);
  if (!free(subject + disk.path.string())) return;
  begin(disk);
  last({subject + disk.path.string(), steps, [this, &disk] { world_.controls().lift(disk.path); },
        &disk == &world_.state_disk() ? std::set{exit_code::state_directory} : std::set<int>{}});
}

void Chaos::sink_locked() {
  const int steps = draw(1, 3);
  if (!free("lock")) return;
  auto database = sqlite::Database::open(
      world_.database_file(), {.mode = sqlite::Database::Mode::read_write, .vfs = {}, .busy_timeout = 200ms});
  if (!database || !database->execute("BEGIN EXCLUSIVE")) return;
  last({"lock", steps, [held = std::make_shared<sqlite::Database>(*std::move(database))] { held->close(); }});
}

void Chaos::sink_slow() {
  disk_fault(draw_sink_disk(), "", [this](Disk& disk) {
    world_.controls().slow_down(disk.path, std::chrono::milliseconds(draw(5, 60)));
  });
}

void Chaos::sink_errors() {
  disk_fault(draw_sink_disk(), "", [this](Disk& disk) { world_.controls().fail(disk.path, EIO); });
}

void Chaos::sink_read_only() {
  disk_fault(draw_sink_disk(), "", [this](Disk& disk) { world_.controls().fail(disk.path, EROFS); });
}

void Chaos::sink_hung() {
  disk_fault(draw_sink_disk(), "", [this](Disk& disk) { world_.controls().stall(disk.path); });
}

void Chaos::sink_disk_full() {
  Disk& disk = draw_sink_disk();
  const int steps = draw(1, 3);
  if (!free("full" + disk.path.string())) return;
  disk.fill();
  last({"full" + disk.path.string(), steps, [&disk] { disk.make_room(); }});
}

// More of them than the sink may keep.
void Chaos::rows_refused() {
  const int steps = draw(1, 3);
  if (!free("refused") || !world_.refuse_rows()) return;
  last({"refused", steps, [this] { world_.accept_rows(); }});
}

void Chaos::state_full() {
  const int steps = draw(1, 3);
  if (!free("full")) return;
  Disk& disk = world_.state_disk();
  disk.fill();
  // One that starts waits for room, unless there is some again by the time it looks.
  last({"full", steps, [&disk] { disk.make_room(); }, {exit_code::state_directory}});
}

void Chaos::state_stalled() {
  disk_fault(world_.state_disk(), "", [this](Disk& disk) { world_.controls().stall(disk.path); });
}

void Chaos::state_errors() {
  disk_fault(world_.state_disk(), "", [this](Disk& disk) { world_.controls().fail(disk.path, EIO); });
}

// Once nothing else is out of order, so that what is in memory is all that some sink still lacks: no gap then
// costs anything.
void Chaos::spool_removed() {
  const int manner = draw(0, 2);
  calm();
  if (!world_.remove_spool(manner) && soak_progress()) std::printf("    not removed: a sink still waits\n");
}

// Likewise. An hour is over in between, or was before.
void Chaos::history_restored() {
  const auto step = std::chrono::milliseconds(draw(0, 3'600'000));
  const bool before = draw(0, 1) == 0;
  const auto life = std::chrono::milliseconds(draw(1500, 3500));
  calm();
  if (before) world_.controls().step_wall_clock(step);
  const bool restored = world_.restore_history([this] { end_process(); },
                                               [&] {
                                                 if (!before) world_.controls().step_wall_clock(step);
                                                 run_for(life);
                                               });
  if (!restored && soak_progress()) std::printf("    not restored: a sink still waits\n");
}

// For a process that runs; nobody else can take a device away from under open files.
void Chaos::state_read_only() {
  disk_fault(world_.state_disk(), "", [this](Disk& disk) { world_.controls().fail(disk.path, EROFS); });
}

// For a process that starts.
void Chaos::state_mounted_read_only() {
  end_process();
  // The filler of a full disk is not open, so this can't fail because of it.
  world_.state_disk().device.set_read_only(true);
  world_.start();
  run_for(std::chrono::milliseconds(draw(100, 600)));
  world_.kill_nine();
  world_.state_disk().device.set_read_only(false);
  world_.start();
}

}  // namespace collector::test
