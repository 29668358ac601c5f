#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "collector/core/units.h"
#include "collector/formats/csv_text.h"
#include "collector/formats/rfc3339.h"
#include "collector/imports/csv_lines.h"
#include "collector/imports/local_time.h"
#include "collector/imports/readers.h"

namespace collector::imports {
namespace {

using history::Interval;
using history::Seconds;

enum class CsvColumn : std::uint8_t { begin, end, date, host, interface, down, up, observed };

// The first name of each is the one that the documents tell; the others are those of our own exports, and of
// programs that people have.
CsvColumn const* csv_column(std::string_view name) {
  using enum CsvColumn;
  static constexpr std::array<std::pair<std::string_view, CsvColumn>, 19> names{
      {{"time", begin},
       {"start", begin},
       {"timestamp", begin},
       {"end", CsvColumn::end},
       {"date", date},
       {"host", host},
       {"interface", interface},
       {"down", down},
       {"received", down},
       {"rx", down},
       {"bytes_recv", down},
       {"bytes_received", down},
       {"bytes_in", down},
       {"up", up},
       {"sent", up},
       {"tx", up},
       {"bytes_sent", up},
       {"bytes_out", up},
       {"observed_seconds", observed}}};
  const auto found = std::ranges::find(names, name, [](const auto& one) { return one.first; });
  return found == names.end() ? nullptr : &found->second;
}

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return small;
}

// A moment with an offset or as Unix seconds, or what clocks show.
struct CsvTime {
  std::optional<Seconds> moment;
  std::optional<LocalTime> local;
};

std::optional<CsvTime> csv_time(const std::string& text) {
  if (const auto local = parse_local_time(text)) return CsvTime{std::nullopt, local};
  if (const auto moment = parse_rfc3339(text))
    return CsvTime{std::chrono::floor<std::chrono::seconds>(*moment), std::nullopt};
  const bool is_number = !text.empty() && text.size() <= 11 &&
                         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (is_number) return CsvTime{Seconds(std::chrono::seconds(std::stoll(text))), std::nullopt};
  return std::nullopt;
}

class CsvReader {
 public:
  explicit CsvReader(PastBuilder& builder) : builder_(&builder), zone_(&builder.asked().zone) {}

  Result<> begin(const std::vector<std::string>& titles) {
    for (std::size_t i = 0; i < titles.size(); ++i)
      if (const CsvColumn* column = csv_column(in_small_letters(titles[i])))
        if (!at_.emplace(*column, i).second && *column != CsvColumn::begin)  // ours say it twice
          return fail(fmt::format("two columns say the same, one of them '{:.40}'", titles[i]),
                      "leave one out");
    const bool has_time = at_.contains(CsvColumn::begin) || at_.contains(CsvColumn::date);
    if (has_time && at_.contains(CsvColumn::down) && at_.contains(CsvColumn::up) &&
        (at_.contains(CsvColumn::interface) || !builder_->asked().interface.empty()))
      return {};
    return fail(
        fmt::format("the first line has no names of columns that do: '{:.120}'", fmt::join(titles, ",")),
        "it needs time or date, interface (or --interface), down and up in bytes; host is optional");
  }

  void line(const std::vector<std::string>& fields, const std::string& where) {
    fields_ = &fields;
    for (const std::string& field : fields)
      if (field.find('\0') != std::string::npos) return builder_->refuse(where, "there is a zero byte in it");
    if (field(CsvColumn::observed) == "0") return;  // an export tells of times that nobody has measured too
    const auto down = bytes_of(CsvColumn::down), up = bytes_of(CsvColumn::up);
    if (!down) return builder_->refuse(where, fmt::format("down {}", down.error()));
    if (!up) return builder_->refuse(where, fmt::format("up {}", up.error()));
    const Asked& asked = builder_->asked();
    const bool has_interface = at_.contains(CsvColumn::interface);
    Name name{name_in(CsvColumn::host), has_interface ? name_in(CsvColumn::interface) : asked.interface};
    if (name.host.empty() || !asked.host.empty()) name.host = asked.this_host;
    place(name, {*down, *up}, where);
  }

 private:
  std::string field(CsvColumn column) const {
    const auto found = at_.find(column);
    return found == at_.end() || found->second >= fields_->size() ? "" : (*fields_)[found->second];
  }

  // Our own export guards names that a spreadsheet would run.
  std::string name_in(CsvColumn column) const { return std::string(without_guard(field(column))); }

  std::expected<std::int64_t, std::string> bytes_of(CsvColumn column) const {
    const std::string text = field(column);
    if (text.empty()) return std::unexpected("is missing");
    const auto number = parse_integer(text);
    if (!number) return std::unexpected(fmt::format("is no whole number of bytes: '{:.40}'", text));
    return *number;
  }

  void place(const Name& name, const Bytes& bytes, const std::string& where) {
    const bool only_date = at_.contains(CsvColumn::date) && !at_.contains(CsvColumn::begin);
    const std::string text = field(only_date ? CsvColumn::date : CsvColumn::begin);
    const auto time = csv_time(text);
    if (!time)
      return builder_->refuse(where, fmt::format("'{:.40}' is no time: write 2026-11-30, 2026-11-30 16:00 or "
                                                 "2026-11-30T16:00:00+01:00",
                                                 text));
    const bool is_date = time->local && !time->local->time;
    if (is_date) return builder_->day(name, time->local->date, bytes, where);
    const Seconds begin = time->moment ? *time->moment : zone_->first(time->local->moment());
    const std::string end_text = field(CsvColumn::end);
    if (!end_text.empty()) return with_end(name, begin, end_text, bytes, where);
    if (only_date)
      return builder_->refuse(where,
                              fmt::format("'{:.40}' is no date; a column of times is called time", text));
    if (zone_->local(begin).time_since_epoch().count() % 3600 != 0)
      return builder_->refuse(where, fmt::format("'{:.40}' is not the beginning of an hour", text));
    if (time->local) return builder_->hour(name, time->local->moment(), bytes, where);
    builder_->hour(name, Interval{begin, begin + std::chrono::hours(1)}, bytes, where);
  }

  void with_end(const Name& name, Seconds begin, const std::string& end_text, const Bytes& bytes,
                const std::string& where) {
    const auto time = csv_time(end_text);
    if (!time) return builder_->refuse(where, fmt::format("its end is no time: '{:.40}'", end_text));
    const Seconds end = time->moment ? *time->moment : zone_->first(time->local->moment());
    if (end - begin == std::chrono::hours(1)) return builder_->hour(name, Interval{begin, end}, bytes, where);
    const Interval day = history::Cycle::daily().around(*zone_, begin);
    if (day == Interval{begin, end})
      return builder_->day(name, history::date_of(*zone_, begin), bytes, where);
    builder_->refuse(where, fmt::format("it is neither an hour nor a day of {}", zone_->name()));
  }

  PastBuilder* builder_;
  const history::Zone* zone_;
  std::map<CsvColumn, std::size_t> at_;
  const std::vector<std::string>* fields_ = nullptr;
};

}  // namespace

Result<> read_csv(const std::string& text, PastBuilder& builder) {
  const std::string& file = builder.asked().file.native();
  CsvLines lines(text);
  CsvReader reader(builder);
  const auto titles = lines.next();
  if (!titles) return fail(fmt::format("{} is empty", file), "");
  if (auto done = reader.begin(*titles); !done)
    return fail(fmt::format("{}:1: {}", file, done.error().what), done.error().remedy);
  while (const auto fields = lines.next())
    reader.line(*fields, fmt::format("{}:{}", file, lines.line()));
  return {};
}

}  // namespace collector::imports
