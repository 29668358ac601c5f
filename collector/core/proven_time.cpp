#include "collector/core/proven_time.h"

#include <algorithm>
#include <sstream>

namespace collector {
namespace {

constexpr std::int64_t one_minute = 60'000;
constexpr std::int64_t one_hour = 60 * one_minute;
constexpr std::int64_t one_day = 24 * one_hour;

constexpr std::int64_t tolerance = one_minute;       // of two readings that agree
constexpr std::int64_t longest_step = 2 * one_hour;  // between two readings of one stretch
// Before this there was no collector: clocks that say so have not been set.
constexpr std::int64_t earliest = 1'735'689'600'000;  // 2025-01-01
constexpr std::size_t most_stretches = 16;

// Half a day for a year, and never more than a week.
std::int64_t needed_after(std::int64_t leap) {
  return std::clamp(leap / 730, one_hour, 7 * one_day);
}

}  // namespace

std::optional<WallTime> ProvenTime::confirmed() const {
  if (!state_.confirmed) return std::nullopt;
  return WallTime(std::chrono::milliseconds(*state_.confirmed));
}

bool ProvenTime::is_behind(std::int64_t wall) const {
  return state_.confirmed && wall < *state_.confirmed - tolerance;
}

void ProvenTime::observe(Instant now) {
  const std::int64_t wall = unix_milliseconds(now.wall);
  if (wall < earliest) {  // no reading at all
    last_.reset();
    state_ = before_;
    following_ = false;
    return;
  }
  const Duration passed = last_ ? now.boot - last_->boot : Duration{};
  const bool was_set = last_ && std::chrono::abs(now.wall - last_->wall - passed) >
                                    std::chrono::milliseconds(tolerance) + passed / 100;
  if (was_set) state_ = before_;
  if (!last_ || was_set) {
    before_ = state_;
    since_ = now.boot;
    following_ = false;
    begin(wall);
  } else {
    go_on(wall, now.boot - since_, passed);
  }
  last_ = now;
  if (following_) before_ = state_;
}

void ProvenTime::refute(std::vector<Stretch>& stretches, std::int64_t wall) {
  std::erase_if(stretches, [&](const Stretch& one) { return one.last > wall + tolerance; });
}

void ProvenTime::count_run(std::vector<Stretch>& stretches, std::int64_t wall) {
  if (stretches.empty()) return;
  const std::int64_t counts = std::clamp<std::int64_t>(wall - stretches.back().last, 0, one_hour);
  for (Stretch& one : stretches)
    one.counted += counts;
}

std::optional<std::int64_t> ProvenTime::confirmed_of(std::span<const Stretch> stretches) {
  std::optional<std::int64_t> latest;
  for (const Stretch& one : stretches) {
    if (!one.stands()) break;
    latest = one.last;
  }
  return latest;
}

void ProvenTime::confirm(std::int64_t wall) {
  state_.confirmed = wall;
  std::erase_if(state_.ahead, [&](const Stretch& one) { return one.last <= wall; });
  state_.behind.clear();
}

void ProvenTime::add(std::vector<Stretch>& to, std::int64_t wall, std::int64_t leap) {
  if (!to.empty() && wall - to.back().last <= longest_step) {
    to.back().last = std::max(to.back().last, wall);
    ++to.back().runs;
    return;
  }
  const Stretch begun{0, wall, needed_after(leap), 1};
  if (to.size() < most_stretches) return to.push_back(begun);
  // The first ones stay, since the others wait for them.
  const std::int64_t needed = std::max(to.back().needed, begun.needed);
  to.back() = begun;
  to.back().needed = needed;
}

// The first reading of a run, or after its clock was set: what earlier runs have read is confirmed or
// refuted.
void ProvenTime::begin(std::int64_t wall) {
  if (is_behind(wall)) {
    refute(state_.behind, wall);
    count_run(state_.behind, wall);
    if (const auto earlier = confirmed_of(state_.behind)) {
      state_.ahead.clear();
      confirm(*earlier);
    }
  }
  if (is_behind(wall)) return add(state_.behind, wall, *state_.confirmed - wall);
  state_.behind.clear();
  refute(state_.ahead, wall);
  count_run(state_.ahead, wall);
  if (const auto earlier = confirmed_of(state_.ahead)) confirm(*earlier);
  const std::optional<std::int64_t> before =
      state_.ahead.empty() ? state_.confirmed : std::optional(state_.ahead.back().last);
  // Without anything to compare with it is as far as a year.
  const std::int64_t leap = before ? wall - *before : 365 * one_day;
  following_ = state_.ahead.empty() && state_.confirmed && leap <= longest_step;
  if (following_) return confirm(std::max(*state_.confirmed, wall));
  add(state_.ahead, wall, leap);
}

void ProvenTime::go_on(std::int64_t wall, Duration stood, Duration passed) {
  if (following_) return confirm(std::max(*state_.confirmed, wall));
  const bool behind = is_behind(wall);
  std::vector<Stretch>& stretches = behind ? state_.behind : state_.ahead;
  if (stretches.empty()) return begin(wall);  // it has caught up with the confirmed time
  for (Stretch& one : stretches)
    one.counted += passed / std::chrono::milliseconds(1);
  Stretch& own = stretches.back();
  own.last = std::max(own.last, wall);
  // For all of them: each asks in proportion to its own leap.
  const bool stood_long = stood >= std::chrono::milliseconds(std::max(
                                       one_day, std::ranges::max(stretches, {}, &Stretch::needed).needed));
  const auto before_own = std::span(stretches).first(stretches.size() - 1);
  const auto earlier = confirmed_of(before_own);
  const bool all_stand = before_own.empty() || earlier == before_own.back().last;
  if (stood_long || (all_stand && own.runs > 1 && own.stands())) {
    const std::int64_t now = own.last;
    state_.ahead.clear();
    confirm(now);
    following_ = true;
  } else if (earlier) {
    if (behind) state_.ahead.clear();
    const Stretch kept = own;
    confirm(*earlier);
    if (behind) state_.ahead = {kept};
  }
}

std::string ProvenTime::text() const {
  std::ostringstream out;
  out << "2 " << state_.confirmed.value_or(0);
  for (const auto* stretches : {&state_.ahead, &state_.behind}) {
    out << ' ' << stretches->size();
    for (const Stretch& one : *stretches)
      out << ' ' << one.counted << ' ' << one.last << ' ' << one.needed << ' ' << one.runs;
  }
  return out.str();
}

void ProvenTime::restore(std::string_view text) {
  *this = {};
  std::istringstream in{std::string(text)};
  int version = 0;
  std::int64_t confirmed = 0;
  State read;
  in >> version >> confirmed;
  if (confirmed > 0) read.confirmed = confirmed;
  for (auto* stretches : {&read.ahead, &read.behind}) {
    std::size_t count = 0;
    in >> count;
    for (; in && count > 0; --count) {
      Stretch& one = stretches->emplace_back();
      in >> one.counted >> one.last >> one.needed >> one.runs;
      if (version == 1) one.counted = 0;  // it stood here when it began
    }
  }
  if (in && (version == 1 || version == 2)) state_ = before_ = read;
}

}  // namespace collector
