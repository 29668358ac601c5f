#include "collector/web/stream/live_columns.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "collector/core/numbers.h"

namespace collector::web {
namespace {

// A tick that comes a little early is not put off to the next.
constexpr Duration early = std::chrono::milliseconds(100);

std::int64_t milliseconds_between(BootTime from, BootTime to) {
  return std::chrono::round<std::chrono::milliseconds>(to - from).count();
}

std::string name_of_series(const Series& series) {
  std::string name;
  for (const Tag& tag : series.tags())
    if (tag.key != "kind" && tag.key != "parent") name += (name.empty() ? "" : " ") + tag.value;
  return name;
}

StreamValue value_of(const Value& value) {
  switch (value.type()) {
    case Value::Type::integer:
      return value.as_integer();
    case Value::Type::counter:
      return static_cast<std::int64_t>(value.as_counter());
    case Value::Type::real:
      return value.as_real();
    case Value::Type::absent:
    case Value::Type::text:
      break;
  }
  return {};
}

// Of two states of a counter; nothing where it began anew.
StreamValue grown(const StreamValue& from, const StreamValue& to) {
  const auto* before = std::get_if<std::int64_t>(&from);
  const auto* now = std::get_if<std::int64_t>(&to);
  if (before == nullptr || now == nullptr || *now < *before) return {};
  return *now - *before;
}

}  // namespace

LiveColumns::LiveColumns(Subscription wanted)
    : wanted_(std::move(wanted)),
      is_traffic_(wanted_.measurement == "net" &&
                  std::ranges::all_of(wanted_.fields, [](const std::string& field) {
                    return field == "bytes_recv" || field == "bytes_sent";
                  })) {}

bool LiveColumns::look(const TrafficSums& traffic) {
  is_counter_.assign(wanted_.fields.size(), true);
  std::map<std::string, std::vector<StreamValue>> now;
  numbers_.clear();
  for (const InterfaceTraffic& one : traffic.interfaces) {
    if (one.gone) continue;
    std::vector<StreamValue> values;
    for (const std::string& field : wanted_.fields)
      values.push_back(field == "bytes_recv"   ? StreamValue(static_cast<std::int64_t>(one.received))
                       : field == "bytes_sent" ? StreamValue(static_cast<std::int64_t>(one.sent))
                                               : StreamValue());
    numbers_.emplace(one.interface, one.number);
    now.emplace(one.interface, std::move(values));
  }
  return take(std::move(now), traffic.taken);
}

bool LiveColumns::look(const Snapshot& snapshot) {
  std::map<std::string, std::vector<StreamValue>> now;
  Instant newest{};
  for (std::size_t i = 0; i < snapshot.layout->series.size(); ++i) {
    const Series& series = *snapshot.layout->series[i];
    if (series.measurement().name != wanted_.measurement) continue;
    is_counter_.assign(wanted_.fields.size(), false);
    std::vector<StreamValue> values;
    for (std::size_t field = 0; field < wanted_.fields.size(); ++field) {
      const auto place = series.measurement().field(wanted_.fields[field]);
      values.push_back(place ? value_of(snapshot.values_of(i)[*place]) : StreamValue());
      if (place) is_counter_[field] = series.measurement().fields[*place].kind == FieldKind::counter;
    }
    if (snapshot.taken[i].boot > newest.boot) newest = snapshot.taken[i];
    now.emplace(name_of_series(series), std::move(values));
  }
  return take(std::move(now), newest);
}

// What comes begins with what it has; what goes is gone with what nobody was told of it.
bool LiveColumns::take(std::map<std::string, std::vector<StreamValue>> now, const Instant& taken) {
  taken_ = taken;
  std::map<std::string, Known> known;
  for (auto& [name, values] : now) {
    const auto before = known_.find(name);
    std::vector<StreamValue> told = before != known_.end() ? std::move(before->second.told) : values;
    known.emplace(name, Known{name, std::move(values), std::move(told)});
  }
  known_ = std::move(known);
  std::vector<StreamColumn> columns;
  const std::size_t fields = std::max<std::size_t>(wanted_.fields.size(), 1);
  const std::size_t most = most_columns / fields;
  left_out_ = known_.size() > most ? known_.size() - most : 0;
  for (const auto& [name, one] : known_) {
    if (columns.size() + fields > most * fields) break;
    for (const std::string& field : wanted_.fields)
      columns.push_back({wanted_.measurement, name, field});
  }
  if (columns == columns_ && told_) return false;
  columns_ = std::move(columns);
  if (!told_) told_ = taken_.boot;
  return true;
}

std::string LiveColumns::back(const std::vector<TrafficMoment>& moments) {
  const BootTime oldest = taken_.boot - std::chrono::seconds(wanted_.back);
  std::vector<Moment> times;
  std::vector<std::vector<StreamValue>> values(columns_.size());
  const TrafficMoment* before = nullptr;
  for (const TrafficMoment& moment : moments) {
    if (moment.taken.boot > taken_.boot) break;
    const TrafficMoment* const from = std::exchange(before, &moment);
    if (from == nullptr || from->taken.boot < oldest) continue;
    times.push_back(
        {unix_seconds(moment.taken.wall), milliseconds_between(from->taken.boot, moment.taken.boot)});
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto sum = [&](const TrafficMoment& at) -> StreamValue {
        const auto found =
            std::ranges::find(at.sums, numbers_[columns_[i].name], &TrafficMoment::Sum::number);
        if (found == at.sums.end()) return {};
        if (columns_[i].field == "bytes_recv") return static_cast<std::int64_t>(found->received);
        if (columns_[i].field == "bytes_sent") return static_cast<std::int64_t>(found->sent);
        return {};
      };
      values[i].push_back(grown(sum(*from), sum(moment)));
    }
  }
  return times.empty() ? std::string() : back_text(wanted_.id, times, values);
}

std::optional<std::string> LiveColumns::tick() {
  if (!told_ || taken_.boot <= *told_) return std::nullopt;
  if (taken_.boot - *told_ + early < std::chrono::seconds(wanted_.every)) return std::nullopt;
  const Moment moment{unix_seconds(taken_.wall), milliseconds_between(*told_, taken_.boot)};
  told_ = taken_.boot;
  return tick_text(wanted_.id, moment, news());
}

std::vector<StreamValue> LiveColumns::news() {
  std::vector<StreamValue> values;
  for (auto& [name, one] : known_) {
    for (std::size_t field = 0; field < one.values.size(); ++field) {
      if (values.size() < columns_.size())
        values.push_back(is_counter_[field] ? grown(one.told[field], one.values[field]) : one.values[field]);
    }
    one.told = one.values;
  }
  return values;
}

}  // namespace collector::web
