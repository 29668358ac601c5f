#include "collector/imports/past_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "collector/formats/json_text.h"

namespace collector::imports {
namespace {

using history::Interval;
using history::Seconds;

constexpr std::size_t most_refusals = 10;
constexpr std::size_t longest_name = 64;
// A day at 80 Gbit/s; what is more was never measured. Nine million of them fit into a sum.
constexpr std::int64_t most_bytes = 1'000'000'000'000'000;
constexpr std::int64_t most_in_all = 4'000'000'000'000'000'000;
constexpr Seconds first_moment = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);

std::string mistake_in_name(const std::string& name, const char* what) {
  if (name.empty()) return fmt::format("it names no {}", what);
  const bool has_control = std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (name.size() > longest_name || has_control || find_invalid_utf8(name) != std::string::npos)
    return fmt::format("its {} is no name", what);
  return {};
}

}  // namespace

bool add_reading(Bytes& into, const Bytes& reading) {
  const auto fits = [](std::int64_t amount) { return amount >= 0 && amount <= most_bytes; };
  if (!fits(reading.received) || !fits(reading.sent)) return false;
  const Bytes sum{into.received + reading.received, into.sent + reading.sent};
  if (!fits(sum.received) || !fits(sum.sent)) return false;
  into = sum;
  return true;
}

void PastBuilder::refuse(const std::string& where, const std::string& reason) {
  ++past_.refused;
  if (past_.refusals.size() < most_refusals) past_.refusals.push_back({where, reason});
}

bool PastBuilder::is_wanted(const Name& name, const std::string& where) {
  for (const auto& [text, what] : {std::pair(&name.host, "host"), std::pair(&name.interface, "interface")})
    if (const std::string wrong = mistake_in_name(*text, what); !wrong.empty()) {
      refuse(where, wrong);
      return false;
    }
  if (asked_->interface.empty() || asked_->interface == name.interface) return true;
  not_asked_.insert(name.interface);
  return false;
}

bool PastBuilder::is_possible(const Interval& time, const Bytes& bytes, const std::string& where) {
  for (const auto& [amount, what] : {std::pair(bytes.received, "down"), std::pair(bytes.sent, "up")}) {
    if (amount >= 0 && amount <= most_bytes) continue;
    refuse(where, amount < 0 ? fmt::format("{} is below zero, or no number", what)
                             : fmt::format("{} is more than any line moves in that time", what));
    return false;
  }
  if (time.start < first_moment) {
    refuse(where, "it lies before the year 2000");
    return false;
  }
  if (time.start > asked_->now) {
    refuse(where, "it lies ahead of this machine's clock");
    return false;
  }
  if (total_ > most_in_all - bytes.received - bytes.sent) {
    refuse(where, "all together is more than can be added up");
    return false;
  }
  return true;
}

void PastBuilder::add(std::map<Seconds, history::PastPiece>& to, const Interval& time, const Bytes& bytes,
                      const std::string& where) {
  if (!is_possible(time, bytes, where)) return;
  const auto next = to.lower_bound(time.start);
  if (next != to.end() && next->first == time.start) return refuse(where, "the same time stands there twice");
  const bool reaches_into_next = next != to.end() && next->first < time.end;
  if (reaches_into_next || (next != to.begin() && std::prev(next)->second.time.end > time.start))
    return refuse(where, "a part of its time stands there already");
  to.emplace_hint(next, time.start, history::PastPiece{time, bytes.received, bytes.sent});
  total_ += bytes.received + bytes.sent;
  ++past_.taken;
}

void PastBuilder::day(const Name& name, history::LocalDays date, const Bytes& bytes,
                      const std::string& where) {
  if (!is_wanted(name, where)) return;
  const Seconds begin = asked_->zone.first(date);
  const Interval day = history::Cycle::daily().around(asked_->zone, begin);
  if (history::date_of(asked_->zone, day.start) != date)
    return refuse(where, fmt::format("{} had no such day", asked_->zone.name()));
  add(pieces_[name].days, day, bytes, where);
}

void PastBuilder::hour(const Name& name, history::LocalSeconds start, const Bytes& bytes,
                       const std::string& where) {
  const Interval time{asked_->zone.first(start), asked_->zone.first(start + std::chrono::hours(1))};
  if (time.length().count() > 0) return hour(name, time, bytes, where);
  if (bytes.received != 0 || bytes.sent != 0)
    refuse(where, fmt::format("clocks of {} never showed that hour", asked_->zone.name()));
}

void PastBuilder::hour(const Name& name, const Interval& time, const Bytes& bytes, const std::string& where) {
  if (is_wanted(name, where)) add(pieces_[name].hours, time, bytes, where);
}

void PastBuilder::until(const Name& name, Seconds moment) {
  const auto found = pieces_.find(name);
  if (found != pieces_.end()) found->second.until = std::max(found->second.until.value_or(moment), moment);
}

ReadPast PastBuilder::take() {
  for (auto& [name, pieces] : pieces_) {
    history::PastInterface one{name.host, name.interface, {}, {}, pieces.until.value_or(asked_->now)};
    for (const auto& [start, piece] : pieces.days)
      one.days.push_back(piece);
    for (const auto& [start, piece] : pieces.hours)
      one.hours.push_back(piece);
    if (!one.days.empty() || !one.hours.empty()) past_.interfaces.push_back(std::move(one));
  }
  if (!not_asked_.empty()) note(fmt::format("not asked for: {}", fmt::join(not_asked_, ", ")));
  return std::move(past_);
}

}  // namespace collector::imports
