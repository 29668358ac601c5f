#include "collector/cli/live/live_session.h"

#include <algorithm>
#include <utility>

#include "collector/history/selected_series.h"

namespace collector {
namespace {

void close_sums(LiveSums& sums, WallTime time, std::chrono::milliseconds passed, std::size_t intervals) {
  sums.received += sums.last_received;
  sums.sent += sums.last_sent;
  const double seconds = to_seconds(passed);
  sums.rate = {static_cast<double>(sums.last_received) / seconds,
               static_cast<double>(sums.last_sent) / seconds};
  if (sums.rate.received > sums.busiest_received.rate) sums.busiest_received = {sums.rate.received, time};
  if (sums.rate.sent > sums.busiest_sent.rate) sums.busiest_sent = {sums.rate.sent, time};
  sums.points.insert(sums.points.end(), intervals, sums.rate);
  while (sums.points.size() > LiveSession::most_points)
    sums.points.pop_front();
}

}  // namespace

std::vector<std::string> LiveSession::missing() const {
  std::vector<std::string> missing = patterns_;
  std::erase_if(missing, [&](const std::string& name) {
    return name.find_first_of("*?[") != std::string::npos || std::ranges::binary_search(names_, name);
  });
  return missing;
}

bool LiveSession::counts_any() const {
  return std::ranges::any_of(interfaces_, &LiveInterface::counts);
}

LiveInterface& LiveSession::interface_named(const std::string& name) {
  auto at = std::ranges::lower_bound(interfaces_, name, {}, &LiveInterface::name);
  if (at == interfaces_.end() || at->name != name)
    at = interfaces_.insert(at, {.name = name, .is = {}, .sums = {}});
  return *at;
}

// By the rule of the history, so that both tell the same.
void LiveSession::mark_counted() {
  std::vector<history::StoredSeries> series;
  for (const LiveInterface& each : interfaces_)
    series.push_back({.id = 0,
                      .host = {},
                      .interface = each.name,
                      .kind = each.is.kind,
                      .parent = each.is.parent,
                      .is_uplink = false});
  history::mark_uplinks(series);
  for (std::size_t i = 0; i < series.size(); ++i)
    interfaces_[i].counts = !patterns_.empty() || series[i].is_uplink;
}

// `is_total`: what is told is the sum since the collector's start.
void LiveSession::take_amount(const LiveMessage::Interface& moved, bool is_total, bool counts_from_now) {
  const auto known = std::ranges::lower_bound(names_, moved.name);
  if (known == names_.end() || *known != moved.name) names_.insert(known, moved.name);
  if (!history::matches(moved.name, patterns_)) return;
  LiveInterface& interface = interface_named(moved.name);
  if (moved.is) interface.is = *moved.is;
  const std::uint64_t received = is_total ? moved.received : interface.known_received + moved.received;
  const std::uint64_t sent = is_total ? moved.sent : interface.known_sent + moved.sent;
  if (!counts_from_now) {
    interface.sums.last_received += received - std::min(interface.known_received, received);
    interface.sums.last_sent += sent - std::min(interface.known_sent, sent);
  }
  interface.known_received = received;
  interface.known_sent = sent;
}

void LiveSession::close_reading(std::chrono::milliseconds passed) {
  mark_counted();
  sums_.last_received = 0;
  sums_.last_sent = 0;
  lasted_ += passed;
  passed_ = passed;
  const auto whole = interval_.count() > 0 ? (passed + interval_ / 2) / interval_ : 1;
  const auto intervals = static_cast<std::size_t>(std::clamp<std::int64_t>(whole, 1, most_points));
  for (LiveInterface& interface : interfaces_) {
    if (interface.counts) {
      sums_.last_received += interface.sums.last_received;
      sums_.last_sent += interface.sums.last_sent;
    }
    close_sums(interface.sums, last_, passed, intervals);
  }
  close_sums(sums_, last_, passed, intervals);
}

bool LiveSession::take(const LiveMessage& message) {
  const bool is_first = message.is_hello && message.run != run_;
  if (std::exchange(is_closed_, false))
    for (LiveInterface& interface : interfaces_)
      interface.sums.last_received = interface.sums.last_sent = 0;
  if (is_first) {
    restarted_ = restarted_ || has_begun();
    for (LiveInterface& interface : interfaces_)
      interface.is.gone = true;  // until it is told of
  }
  for (const LiveMessage::Interface& each : message.interfaces)
    take_amount(each, message.is_hello, is_first);
  last_ = message.time;
  auto passed = message.passed;
  if (message.is_hello) {
    passed = message.clock - clock_;
    run_ = message.run;
    host_ = message.host;
    clock_ = message.clock;
    interval_ = message.interval;
  } else {
    clock_ += passed;
  }
  if (is_first) {
    mark_counted();
    if (!began_) began_ = message.time;
    return false;
  }
  // What came within the same millisecond belongs to the next reading.
  if (passed.count() <= 0) return false;
  close_reading(passed);
  is_closed_ = true;
  return true;
}

}  // namespace collector
