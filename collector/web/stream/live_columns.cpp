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

void LiveColumns::look(const TrafficSums& traffic) {
  is_counter_.assign(wanted_.fields.size(), true);
  std::map<std::string, Seen> now;
  numbers_.clear();
  for (const InterfaceTraffic& one : traffic.interfaces) {
    std::vector<StreamValue> values;
    for (const std::string& field : wanted_.fields)
      values.push_back(field == "bytes_recv"   ? StreamValue(static_cast<std::int64_t>(one.received))
                       : field == "bytes_sent" ? StreamValue(static_cast<std::int64_t>(one.sent))
                                               : StreamValue());
    numbers_.emplace(one.interface, one.number);
    now.emplace(one.interface, Seen{std::move(values), one.gone});
  }
  take(std::move(now), traffic.taken);
}

void LiveColumns::look(const Snapshot& snapshot) {
  std::map<std::string, Seen> now;
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
    now.emplace(name_of_series(series), Seen{std::move(values)});
  }
  take(std::move(now), newest);
}

// The sums of an interface that comes begin at zero; readings of anything else with what they have.
void LiveColumns::take(std::map<std::string, Seen> now, const Instant& taken) {
  if (taken.boot > taken_.boot) taken_ = taken;  // the newest may be of what is gone
  for (auto& [name, one] : known_)
    one.is_gone = true;
  std::erase_if(known_, [&](const auto& one) { return !now.contains(one.first) && !is_told(one.first); });
  const std::vector<StreamValue> zeros(wanted_.fields.size(), StreamValue(std::int64_t{0}));
  for (auto& [name, seen] : now) {
    const auto [known, is_new] = known_.try_emplace(name);
    known->second.is_gone = seen.is_gone;
    known->second.values = std::move(seen.values);
    if (is_new) known->second.told = is_traffic_ && is_greeted() ? zeros : known->second.values;
  }
  lay_out();
}

bool LiveColumns::is_told(const std::string& name) const {
  return std::ranges::find(columns_, name, &StreamColumn::name) != columns_.end();
}

// What there is, and what has gone before anything of it was told.
void LiveColumns::lay_out() {
  const std::size_t fields = std::max<std::size_t>(wanted_.fields.size(), 1);
  const std::size_t most = most_columns / fields;
  next_.clear();
  left_out_ = 0;
  std::size_t names = 0;
  for (const auto& [name, one] : known_) {
    if (one.is_gone && (!is_greeted() || one.told == one.values || is_told(name))) continue;
    if (++names > most) {
      ++left_out_;
      continue;
    }
    for (const std::string& field : wanted_.fields)
      next_.push_back({wanted_.measurement, name, field});
  }
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

std::vector<std::string> LiveColumns::news(const StreamHead& head) {
  std::vector<std::string> texts;
  const bool is_first = !is_greeted();
  const bool changes = is_first || next_ != columns_;
  const bool is_new = !is_first && taken_.boot > *told_;
  const bool is_due = is_new && taken_.boot - *told_ + early >= std::chrono::seconds(wanted_.every);
  if (is_new && changes && columns_.empty())
    told_ = taken_.boot;  // there was nothing to tell of
  else if (is_due || (is_new && changes))
    texts.push_back(tick());
  // What is left out, or gone, begins with what it has when it is told of again.
  if (is_first || (!changes && !texts.empty()))
    for (auto& [name, one] : known_)
      one.told = one.values;
  if (!changes) return texts;
  columns_ = next_;
  if (is_first) told_ = taken_.boot;
  texts.push_back(hello_text(wanted_.id, head, columns_, left_out_));
  return texts;
}

// Of the columns that the client knows.
std::string LiveColumns::tick() {
  const Moment moment{unix_seconds(taken_.wall), milliseconds_between(*told_, taken_.boot)};
  told_ = taken_.boot;
  std::vector<StreamValue> values;
  for (std::size_t i = 0; i < columns_.size(); i += wanted_.fields.size()) {
    Known& one = known_.at(columns_[i].name);
    for (std::size_t field = 0; field < one.values.size(); ++field)
      values.push_back(is_counter_[field] ? grown(one.told[field], one.values[field]) : one.values[field]);
    one.told = one.values;
  }
  return tick_text(wanted_.id, moment, values);
}

}  // namespace collector::web
