#include "collector/core/retention_clock.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace collector {
namespace {

using std::chrono::hours;

std::int64_t hour_of(WallTime time) {
  return std::chrono::floor<hours>(time.time_since_epoch()).count();
}

std::string date(WallTime time) {
  return fmt::format("{:%Y-%m-%d %H:%M}", fmt::gmtime(static_cast<std::time_t>(unix_seconds(time))));
}

}  // namespace

void RetentionClock::look(Instant now) {
  proven_.observe(now);
  late_.settle(now.wall, proven_.confirmed(), proven_.is_certain());
}

void RetentionClock::observe(Instant now) {
  const std::lock_guard lock(mutex_);
  look(now);
}

void RetentionClock::note(std::span<const Row> rows, Instant now) {
  const std::lock_guard lock(mutex_);
  look(now);
  late_.note(rows, proven_.confirmed(), proven_.is_certain());
}

std::vector<StampRange> RetentionClock::written_since(WallTime since) const {
  const std::lock_guard lock(mutex_);
  return late_.written_since(since);
}

std::optional<WallTime> RetentionClock::believed(Instant now) {
  const std::lock_guard lock(mutex_);
  look(now);
  const auto confirmed = proven_.confirmed();
  if (!confirmed) return std::nullopt;
  return std::min(*confirmed, now.wall);
}

WallTime RetentionClock::latest(Instant now) const {
  const std::lock_guard lock(mutex_);
  return std::max(proven_.confirmed().value_or(now.wall), now.wall);
}

std::string RetentionClock::held_back(Instant now, Duration age) {
  const auto time = believed(now);
  if (!time) return "nothing is deleted by age yet: no second run has confirmed the clock";
  // What cron does once a day is confirmed a day late; that, or a sixteenth of what is kept, is not worth a
  // word.
  if (now.wall - *time <= std::max<Duration>(hours(36), age / 16)) return {};
  return fmt::format(
      "only rows older than {} UTC are deleted by age: the clock says {}, but only {} is confirmed. The "
      "clock's time counts after a while, when another run agrees; if it is wrong, set it",
      date(*time - age), date(now.wall), date(*time));
}

std::uint64_t RetentionClock::allowance(const std::string& store, WallTime believed, Duration age,
                                        const std::function<std::uint64_t()>& total) {
  const std::int64_t hour = hour_of(believed);
  bool begins = false;
  {
    const std::lock_guard lock(mutex_);
    begins = stores_[store].hour != hour;
  }
  // Counting may take a while: others must not wait for it.
  const std::uint64_t counted = begins ? total() : 0;
  const std::lock_guard lock(mutex_);
  Store& known = stores_[store];
  if (begins) {
    known.hour = hour;
    known.total = counted;
    known.deleted = 0;
  }
  const double share = std::clamp(to_seconds(hours(2)) / std::max(to_seconds(age), 1.0), 0.25, 1.0);
  const auto most = static_cast<std::uint64_t>(std::ceil(static_cast<double>(known.total) * share));
  return most > known.deleted ? most - known.deleted : 0;
}

void RetentionClock::spend(const std::string& store, std::uint64_t parts) {
  const std::lock_guard lock(mutex_);
  stores_[store].deleted += parts;
}

bool RetentionClock::future_expired(const std::string& store, WallTime believed, WallTime wall,
                                    WallTime newest, Duration age) {
  const std::lock_guard lock(mutex_);
  Store& known = stores_[store];
  if (newest < future_begins(believed)) known.future_since = known.future_newest = 0;
  if (newest < future_begins(std::max(believed, wall))) return false;
  const std::int64_t now = unix_seconds(believed);
  if (known.future_since == 0 || unix_seconds(newest) > known.future_newest) {
    known.future_since = now;
    known.future_newest = unix_seconds(newest);
  }
  return std::chrono::seconds(now - known.future_since) > age;
}

std::string RetentionClock::text() const {
  const std::lock_guard lock(mutex_);
  std::ostringstream out;
  out << proven_.text() << '\n';
  late_.write(out);
  for (const auto& [name, one] : stores_)
    out << one.hour << ' ' << one.total << ' ' << one.deleted << ' ' << one.future_since << ' '
        << one.future_newest << ' ' << name << '\n';
  return out.str();
}

void RetentionClock::restore(std::string_view text) {
  const std::lock_guard lock(mutex_);
  std::istringstream in{std::string(text)};
  std::string line;
  std::getline(in, line);
  proven_.restore(line);
  late_ = {};
  if (line.starts_with("2 ")) late_.read(in);  // earlier versions have no such line
  stores_.clear();
  Store one;
  while (in >> one.hour >> one.total >> one.deleted >> one.future_since >> one.future_newest &&
         in.get() == ' ' && std::getline(in, line))
    stores_[line] = one;
}

}  // namespace collector
