// Window clock: decides when the open window ends. Windows are aligned to the wall clock but run by boot
// time: a step of the wall clock neither ends nor stretches one. Pure; owned and called by the loop.
#pragma once

#include <cstdint>
#include <optional>

#include "collector/core/time.h"

namespace collector {

// One closed window. The stamps are whole seconds, start < end.
struct ClosedWindow {
  WallTime start{};
  WallTime end{};
  bool clock_stepped = false;     // the wall clock was stepped since the window began
  std::uint32_t clock_steps = 0;  // times that time was lived twice, over the life of the state directory
  Duration offset{};              // wall - boot, of the clock the stamps are told by
  BootTime last_step{};           // wall times told before this moment belong to an older clock
};

class WindowClock {
 public:
  // `length`: whole seconds, at least one. `last`: the last moment of this boot that an earlier process has
  // told of. A step back since then is counted too, as it makes time that is lived twice; so does a start so
  // soon after the end that rows of both processes may end in the same second.
  explicit WindowClock(Duration length, std::uint32_t clock_steps = 0, std::optional<Instant> last = {});

  // Tells the time of a reading. Returns the window that this reading closes (its delta still belongs to it).
  // `may_close` false: the window goes on (the writer is busy); the next call that may closes one larger
  // window. The very first window closes after the second call, so that a new installation shows something at
  // once.
  std::optional<ClosedWindow> tick(Instant now, bool may_close);
  // Closes whatever is open, at shutdown or in --once. Nothing when tick() was never called.
  std::optional<ClosedWindow> finish(Instant now);

  void set_length(Duration length);                           // from the next window on
  std::uint32_t clock_steps() const { return clock_steps_; }  // backward steps so far
  std::uint64_t forward_steps() const { return forward_steps_; }
  // Where the open window began, on the clock it was opened by; nothing before the first tick().
  std::optional<WallTime> start() const { return started_ ? std::optional(start_) : std::nullopt; }

 private:
  void open(WallTime start);
  void watch_wall_clock(Instant now);
  ClosedWindow close_planned(Instant now);
  ClosedWindow close_here(Instant now);
  ClosedWindow closed(WallTime start, WallTime end);

  Duration length_;
  std::uint32_t clock_steps_;
  std::uint64_t forward_steps_ = 0;
  std::optional<Instant> last_;
  bool started_ = false;
  bool first_window_ = true;
  bool stepped_ = false;  // within the open window
  BootTime last_step_{};  // the boot clock's zero: never
  Duration offset_{};     // wall - boot, at the last tick
  WallTime start_{};      // of the open window, as planned, on the clock it was opened by
  WallTime end_{};
  BootTime boot_start_{};
  BootTime boot_end_{};  // when it ends, whatever the wall clock does
};

}  // namespace collector
