#include "collector/pipeline/window.h"

#include <algorithm>

namespace collector {
namespace {

using std::chrono::seconds;

// Slewing moves the wall clock by half a millisecond per second; what moves it more between two ticks is a
// step.
constexpr Duration step_threshold = std::chrono::milliseconds(250);

WallTime floor_to(WallTime time, Duration unit) {
  const Duration since_epoch = time.time_since_epoch();
  Duration rest = since_epoch % unit;
  if (rest < Duration::zero()) rest += unit;
  return time - rest;
}

WallTime floor_to_second(WallTime time) {
  return floor_to(time, seconds(1));
}

Duration whole_seconds(Duration duration) {
  return std::max<Duration>(seconds(1), std::chrono::floor<seconds>(duration));
}

}  // namespace

WindowClock::WindowClock(Duration length, std::uint32_t clock_steps, std::optional<Instant> last)
    : length_(whole_seconds(length)), clock_steps_(clock_steps), last_(last) {}

void WindowClock::set_length(Duration length) {
  length_ = whole_seconds(length);
}

void WindowClock::watch_wall_clock(Instant now) {
  const Duration offset = now.wall.time_since_epoch() - now.boot.time_since_epoch();
  if (started_ && std::chrono::abs(offset - offset_) > step_threshold) {
    if (offset < offset_)
      ++clock_steps_;
    else
      ++forward_steps_;
    stepped_ = true;
    last_step_ = now.boot;
  }
  offset_ = offset;
}

void WindowClock::open(WallTime start) {
  start_ = start;
  end_ = floor_to(start, length_) + length_;
  boot_start_ = BootTime(start_.time_since_epoch() - offset_);
  boot_end_ = boot_start_ + (end_ - start_);
  stepped_ = false;
}

std::optional<ClosedWindow> WindowClock::tick(Instant now, bool may_close) {
  watch_wall_clock(now);
  if (!started_) {
    started_ = true;
    // A first window that is closed at once ends in the future, and one closed right behind it a second
    // later.
    if (last_ && floor_to_second(now.wall) <= floor_to_second(last_->wall) + seconds(1)) ++clock_steps_;
    open(floor_to_second(now.wall));
    return std::nullopt;
  }
  if (!may_close) return std::nullopt;
  if (first_window_) return close_here(now);
  if (now.boot < boot_end_) return std::nullopt;
  return close_planned(now);
}

std::optional<ClosedWindow> WindowClock::finish(Instant now) {
  if (!started_) return std::nullopt;
  watch_wall_clock(now);
  return close_here(now);
}

// At its planned end; when that is long past (a suspend, a busy writer), at the last boundary since.
ClosedWindow WindowClock::close_planned(Instant now) {
  WallTime start = start_;
  WallTime end = end_;
  if (stepped_) {
    end = floor_to_second(WallTime(boot_end_.time_since_epoch() + offset_));
    start = end - (end_ - start_);
  }
  return closed(start, std::max(end, floor_to(now.wall, length_)));
}

ClosedWindow WindowClock::close_here(Instant now) {
  const WallTime end = floor_to_second(now.wall);
  if (stepped_) return closed(end - whole_seconds(now.boot - boot_start_), end);
  return closed(start_, std::max<WallTime>(end, start_ + seconds(1)));
}

ClosedWindow WindowClock::closed(WallTime start, WallTime end) {
  const ClosedWindow window{start, end, stepped_, clock_steps_, offset_, last_step_};
  first_window_ = false;
  open(end);
  return window;
}

}  // namespace collector
