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
    go_on(wall, now.boot - since_);
  }
  last_ = now;
  if (following_) before_ = state_;
}

void ProvenTime::refute(std::vector<Stretch>& stretches, std::int64_t wall) {
  std::erase_if(stretches, [&](const Stretch& one) { return one.last > wall + tolerance; });
}

std::optional<std::int64_t> ProvenTime::confirmed_by(const std::vector<Stretch>& stretches,
                                                     std::int64_t wall) {
  std::optional<std::int64_t> latest;
  for (const Stretch& one : stretches)
    if (one.lasted(wall)) latest = one.last;
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
  to.push_back({wall, wall, needed_after(leap), 1});
  if (to.size() > most_stretches) to.erase(to.begin());
}

// The first reading of a run, or after its clock was set: what earlier runs have read is confirmed or
// refuted.
void ProvenTime::begin(std::int64_t wall) {
  if (is_behind(wall)) {
    refute(state_.behind, wall);
    if (const auto earlier = confirmed_by(state_.behind, wall)) {
      state_.ahead.clear();
      confirm(*earlier);
    }
  }
  if (is_behind(wall)) return add(state_.behind, wall, *state_.confirmed - wall);
  state_.behind.clear();
  refute(state_.ahead, wall);
  if (const auto earlier = confirmed_by(state_.ahead, wall)) confirm(*earlier);
  const std::optional<std::int64_t> before =
      state_.ahead.empty() ? state_.confirmed : std::optional(state_.ahead.back().last);
  // Without anything to compare with it is as far as a year.
  const std::int64_t leap = before ? wall - *before : 365 * one_day;
  following_ = state_.ahead.empty() && state_.confirmed && leap <= longest_step;
  if (following_) return confirm(std::max(*state_.confirmed, wall));
  add(state_.ahead, wall, leap);
}

void ProvenTime::go_on(std::int64_t wall, Duration stood) {
  if (following_) return confirm(std::max(*state_.confirmed, wall));
  std::vector<Stretch>& stretches = is_behind(wall) ? state_.behind : state_.ahead;
  if (stretches.empty()) return begin(wall);  // it has caught up with the confirmed time
  Stretch& own = stretches.back();
  own.last = std::max(own.last, wall);
  const bool stood_long = stood >= std::chrono::milliseconds(std::max(one_day, own.needed));
  if (!stood_long && !(own.runs > 1 && own.lasted(own.last))) return;
  const std::int64_t now = own.last;
  state_.ahead.clear();
  confirm(now);
  following_ = true;
}

std::string ProvenTime::text() const {
  std::ostringstream out;
  out << "1 " << state_.confirmed.value_or(0);
  for (const auto* stretches : {&state_.ahead, &state_.behind}) {
    out << ' ' << stretches->size();
    for (const Stretch& one : *stretches)
      out << ' ' << one.first << ' ' << one.last << ' ' << one.needed << ' ' << one.runs;
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
      in >> one.first >> one.last >> one.needed >> one.runs;
    }
  }
  if (in && version == 1) state_ = before_ = read;
}

}  // namespace collector
