#include "collector/history/export/vnstat_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "collector/core/version.h"
#include "collector/formats/json_text.h"
#include "collector/history/bucket_edges.h"
#include "collector/history/export/export_range.h"

namespace collector::history {
namespace {

constexpr std::size_t top_days = 20;
constexpr int months_kept = 25;

enum class VnstatDate : std::uint8_t { time, day, month, year };  // what an entry's date consists of

struct VnstatList {
  std::string_view name;
  BucketUnit unit;
  VnstatDate date;
  std::chrono::seconds kept;  // 0: for ever, or by months
};
constexpr std::array<VnstatList, 5> vnstat_lists{
    {{"fiveminute", BucketUnit::five_minutes, VnstatDate::time, std::chrono::hours(48)},
     {"hour", BucketUnit::hour, VnstatDate::time, std::chrono::days(4)},
     {"day", BucketUnit::day, VnstatDate::day, std::chrono::days(62)},
     {"month", BucketUnit::month, VnstatDate::month, std::chrono::seconds(0)},
     {"year", BucketUnit::year, VnstatDate::year, std::chrono::seconds(0)}}};

// "date":{…},"time":{…},"timestamp":N
std::string vnstat_moment(const Zone& zone, Seconds moment, VnstatDate date) {
  const LocalSeconds local = zone.local(moment);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day fields(day);
  std::string out = fmt::format(R"("date":{{"year":{})", static_cast<int>(fields.year()));
  if (date != VnstatDate::year) out += fmt::format(R"(,"month":{})", static_cast<unsigned>(fields.month()));
  if (date == VnstatDate::day || date == VnstatDate::time)
    out += fmt::format(R"(,"day":{})", static_cast<unsigned>(fields.day()));
  out += '}';
  const auto minutes = std::chrono::floor<std::chrono::minutes>(local - day).count();
  if (date == VnstatDate::time)
    out += fmt::format(R"(,"time":{{"hour":{},"minute":{}}})", minutes / 60, minutes % 60);
  return out + fmt::format(R"(,"timestamp":{})", moment.time_since_epoch().count());
}

std::int64_t vnstat_id(const Zone& zone, Seconds start, BucketUnit unit) {
  const auto day = std::chrono::floor<std::chrono::days>(zone.local(start));
  const std::chrono::year_month_day fields(day);
  switch (unit) {
    case BucketUnit::five_minutes:
      return start.time_since_epoch().count() / 300;
    case BucketUnit::hour:
      return start.time_since_epoch().count() / 3600;
    case BucketUnit::day:
      return day.time_since_epoch().count();
    case BucketUnit::month:
      return static_cast<int>(fields.year()) * 12 + static_cast<unsigned>(fields.month()) - 1;
    default:
      return static_cast<int>(fields.year());
  }
}

std::int64_t moved_bytes(const UsageBucket& bucket, std::size_t field) {
  return field < bucket.fields.size() ? bucket.fields[field].sum : 0;
}

// Also a part of an hour is called by its beginning, as vnStat has no others.
std::string vnstat_entry(const Zone& zone, const UsageBucket& bucket, BucketUnit unit, VnstatDate date) {
  const Seconds start = bucket_around(zone, bucket.time.start, {.unit = unit}).start;
  return fmt::format(R"({{"id":{},{},"rx":{},"tx":{}}})", vnstat_id(zone, start, unit),
                     vnstat_moment(zone, start, date), moved_bytes(bucket, 0), moved_bytes(bucket, 1));
}

// What is told of one interface, as far as it is put together.
struct VnstatInterface {
  UsageBucket total;
  std::optional<Seconds> created;
  std::string lists;
  std::vector<UsageBucket> days;  // all, for the top
};

class VnstatExport {
 public:
  VnstatExport(const HistoryFile& file, const VnstatQuestion& question, const HistoryContent& content)
      : file_(&file), question_(&question) {
    question_selection_ = question.selection;
    question_selection_.by = GroupBy::interface;
    question_selection_.scope = Scope::all;
    all_ = export_range(content, question.range.value_or(Interval{Seconds::min(), question.now}),
                        question.zone, {.unit = BucketUnit::day}, question.now);
  }

  Result<std::string> text() {
    if (auto done = read_days(); !done) return std::unexpected(done.error());
    for (const VnstatList& list : vnstat_lists)
      if (auto done = add_list(list); !done) return std::unexpected(done.error());
    std::string out = fmt::format(R"({{"vnstatversion":{},"jsonversion":"2","interfaces":[)",
                                  json_string("collector " + std::string(version())));
    bool is_first = true;
    for (auto& [name, interface] : interfaces_) {
      if (!std::exchange(is_first, false)) out += ',';
      out += interface_text(name, interface);
    }
    return out + "]}\n";
  }

 private:
  // Totals, when each interface was first seen, and the days that the top is chosen from.
  Result<> read_days() {
    const auto answer =
        file_->usage({.selection = question_selection_,
                      .edges = bucket_edges(question_->zone, all_, {.unit = BucketUnit::day})});
    if (!answer) return std::unexpected(answer.error());
    as_of_ = std::min(answer->as_of.value_or(all_.end), all_.end);
    for (const UsageGroup& group : answer->groups) {
      const bool is_loopback = group.kind == "loopback" && question_->selection.scope != Scope::all;
      if (is_loopback || !group.total.is_known()) continue;
      VnstatInterface& interface = interfaces_[group.interface];
      interface.total = group.total;
      for (const UsageBucket& day : group.buckets)
        if (day.is_known()) interface.days.push_back(day);
      if (!interface.days.empty()) interface.created = interface.days.front().time.start;
    }
    return {};
  }

  // Of what vnStat has by default, the beginning of the first entry.
  Seconds oldest(const VnstatList& list) const {
    const auto begin = [&](Seconds moment) {
      return bucket_around(question_->zone, moment, {.unit = list.unit}).start;
    };
    if (list.kept.count() > 0) return std::max(begin(all_.start), begin(question_->now - list.kept));
    Seconds first = begin(all_.start);
    if (list.unit != BucketUnit::month) return first;
    Seconds month = begin(question_->now);
    for (int i = 0; i < months_kept; ++i)
      month = begin(month - std::chrono::seconds(1));
    return std::max(first, month);
  }

  Result<> add_list(const VnstatList& list) {
    Interval range = all_;
    if (!question_->range) range.start = oldest(list);
    std::map<std::string, std::string> entries;
    // One answer has no more than most_buckets, which is two years of five minutes.
    Seconds used = range.start;
    for (Interval rest = range; rest.start < rest.end;) {
      auto edges = bucket_edges(question_->zone, rest, {.unit = list.unit});
      rest.start = edges.back();
      begin_where_it_ended(edges, used);
      const auto answer = file_->usage({.selection = question_selection_, .edges = std::move(edges)});
      if (!answer) return std::unexpected(answer.error());
      used = answer->edges.back();
      for (const UsageGroup& group : answer->groups)
        for (const UsageBucket& bucket : group.buckets) {
          // Where only a coarser level is kept, buckets are longer than the entries of this list may be.
          const Seconds end = bucket_around(question_->zone, bucket.time.start, {.unit = list.unit}).end;
          if (!bucket.is_known() || bucket.time.end > end) continue;
          std::string& text = entries[group.interface];
          text += (text.empty() ? "" : ",") + vnstat_entry(question_->zone, bucket, list.unit, list.date);
        }
    }
    for (auto& [name, interface] : interfaces_)
      interface.lists += fmt::format(R"("{}":[{}],)", list.name, entries[name]);
    return {};
  }

  std::string interface_text(const std::string& name, VnstatInterface& interface) const {
    std::ranges::stable_sort(interface.days, std::ranges::greater(), [](const UsageBucket& day) {
      return moved_bytes(day, 0) + moved_bytes(day, 1);
    });
    interface.days.resize(std::min(interface.days.size(), top_days));
    std::string top;
    for (const UsageBucket& day : interface.days)
      top += (top.empty() ? "" : ",") + vnstat_entry(question_->zone, day, BucketUnit::day, VnstatDate::day);
    return fmt::format(
        R"({{"name":{},"alias":"","created":{{{}}},"updated":{{{}}},"traffic":{{"total":{{"rx":{},"tx":{}}},{}"top":[{}]}}}})",
        json_string(name),
        vnstat_moment(question_->zone, interface.created.value_or(all_.start), VnstatDate::day),
        vnstat_moment(question_->zone, as_of_, VnstatDate::time), moved_bytes(interface.total, 0),
        moved_bytes(interface.total, 1), interface.lists, top);
  }

  const HistoryFile* file_;
  const VnstatQuestion* question_;
  Selection question_selection_;
  Interval all_{};
  Seconds as_of_{};
  std::map<std::string, VnstatInterface> interfaces_;
};

}  // namespace

Result<std::string> vnstat_json(const HistoryFile& file, const VnstatQuestion& question) {
  const auto content = file.content();
  if (!content) return std::unexpected(content.error());
  return VnstatExport(file, question, *content).text();
}

}  // namespace collector::history
