#include <fmt/format.h>

#include <optional>
#include <set>
#include <string>

#include "collector/formats/json_reader.h"
#include "collector/imports/readers.h"
#include "collector/imports/vnstat_rest.h"

namespace collector::imports {
namespace {

using Type = JsonValue::Type;

const JsonValue* member_of(const JsonValue* object, std::string_view key, Type type) {
  const JsonValue* found = object == nullptr ? nullptr : object->member(key);
  return found != nullptr && found->type == type ? found : nullptr;
}

std::optional<std::int64_t> integer_of(const JsonValue* object, std::string_view key) {
  const JsonValue* found = member_of(object, key, Type::integer);
  return found == nullptr ? std::nullopt : std::optional(found->integer);
}

// {"year":2026,"month":11,"day":30}
std::optional<history::LocalDays> date_in(const JsonValue* entry) {
  const JsonValue* date = member_of(entry, "date", Type::object);
  const auto year = integer_of(date, "year"), month = integer_of(date, "month"),
             day = integer_of(date, "day");
  const auto is_in = [](const std::optional<std::int64_t>& number, std::int64_t least, std::int64_t most) {
    return number && *number >= least && *number <= most;
  };
  if (!is_in(year, 1, 9999) || !is_in(month, 1, 12) || !is_in(day, 1, 31)) return std::nullopt;
  const std::chrono::year_month_day found{std::chrono::year(static_cast<int>(*year)),
                                          std::chrono::month(static_cast<unsigned>(*month)),
                                          std::chrono::day(static_cast<unsigned>(*day))};
  return found.ok() ? std::optional(history::LocalDays(found)) : std::nullopt;
}

class VnstatJson {
 public:
  VnstatJson(PastBuilder& builder, bool is_first) : builder_(&builder), is_first_(is_first) {}

  Result<> read(const JsonValue& interface) {
    const JsonValue* name = member_of(&interface, is_first_ ? "id" : "name", Type::text);
    const JsonValue* traffic = member_of(&interface, "traffic", Type::object);
    if (name == nullptr || traffic == nullptr) return fail("an interface without a name or traffic");
    name_ = {builder_->asked().this_host, name->text};
    for (const bool is_day : {true, false}) {
      const std::string key = std::string(is_day ? "day" : "hour") + (is_first_ ? "s" : "");
      const JsonValue* entries = member_of(traffic, key, Type::array);
      moments_.clear();
      for (std::size_t i = 0; entries != nullptr && i < entries->items.size(); ++i)
        if (const auto moment = integer_of(&entries->items[i], "timestamp")) moments_.insert(*moment);
      for (std::size_t i = 0; entries != nullptr && i < entries->items.size(); ++i)
        if (auto done =
                read_entry(entries->items[i], is_day, fmt::format("{}, {} {}", name->text, key, i + 1));
            !done)
          return done;
    }
    if (const auto updated = updated_in(member_of(&interface, "updated", Type::object)))
      builder_->until(name_, *updated);
    const Bytes total = bytes_in(member_of(traffic, "total", Type::object));
    rest_.say(name->text, total, *builder_);
    return {};
  }

 private:
  Bytes bytes_in(const JsonValue* entry) const {
    const auto amount = [&](const char* key) -> std::int64_t {
      const std::int64_t number = integer_of(entry, key).value_or(-1);
      std::int64_t bytes = 0;
      if (__builtin_mul_overflow(number, is_first_ ? std::int64_t{1024} : std::int64_t{1}, &bytes)) return -1;
      return bytes;
    };
    return {amount("rx"), amount("tx")};
  }

  Result<> read_entry(const JsonValue& entry, bool is_day, const std::string& where) {
    const auto date = date_in(&entry);
    // vnStat 1 has a place for each hour, also those of which nothing is known yet.
    const auto hour = is_day      ? std::optional<std::int64_t>(0)
                      : is_first_ ? integer_of(&entry, "id")
                                  : integer_of(member_of(&entry, "time", Type::object), "hour");
    if (!date || !hour || *hour < 0 || *hour > 23) {
      builder_->refuse(where, "it has no date");
      return {};
    }
    const history::LocalSeconds local = *date + std::chrono::hours(*hour);
    const history::Zone& zone = builder_->asked().zone;
    const auto length = is_day ? std::chrono::hours(24) : std::chrono::hours(1);
    // Since 2.7 it says when by UTC that was.
    if (const auto moment = integer_of(&entry, "timestamp")) {
      const history::Seconds at{std::chrono::seconds(*moment)};
      if (at < zone.first(local) || at >= zone.first(local + length))
        return fail(fmt::format("{}: it is another moment than that of {}", where, zone.name()),
                    "say with --zone where it was measured");
    }
    const Bytes bytes = bytes_in(&entry);
    if (const auto once = one_of_two(local, integer_of(&entry, "timestamp")); !is_day && once) {
      builder_->hour(name_, *once, bytes, where);
      return {};
    }
    if (is_day) {
      rest_.count(*date, bytes);
      builder_->day(name_, *date, bytes, where);
    } else {
      builder_->hour(name_, local, bytes, where);
    }
    return {};
  }

  // Where clocks are set back one name is two hours. vnStat adds both up under the first moment; who writes
  // them one by one says which of the two it is.
  std::optional<history::Interval> one_of_two(history::LocalSeconds local,
                                              std::optional<std::int64_t> moment) const {
    constexpr std::chrono::hours hour(1);
    const history::Zone& zone = builder_->asked().zone;
    const history::Interval both{zone.first(local), zone.first(local + hour)};
    if (!moment || both.length() <= hour) return std::nullopt;
    const history::Seconds at{std::chrono::seconds(*moment)};
    if (at == both.start && !moments_.contains(*moment + std::chrono::seconds(hour).count()))
      return std::nullopt;
    return history::Interval{at, at + hour};
  }

  std::optional<history::Seconds> updated_in(const JsonValue* updated) const {
    if (const auto moment = integer_of(updated, "timestamp"))
      return history::Seconds(std::chrono::seconds(*moment));
    const auto date = date_in(updated);
    if (!date) return std::nullopt;
    const JsonValue* time = member_of(updated, "time", Type::object);
    const auto minute = integer_of(time, is_first_ ? "minutes" : "minute").value_or(0);
    return builder_->asked().zone.first(*date + std::chrono::hours(integer_of(time, "hour").value_or(0)) +
                                        std::chrono::minutes(minute));
  }

  PastBuilder* builder_;
  bool is_first_;  // vnStat 1: KiB
  Name name_;
  VnstatRest rest_;
  std::set<std::int64_t> moments_;  // of the list that is read
};

}  // namespace

Result<> read_vnstat_json(const std::string& text, PastBuilder& builder) {
  const std::string& file = builder.asked().file.native();
  const auto document = read_json_object(text);
  if (!document) return fail(fmt::format("{}: {}", file, document.error().what), "");
  const JsonValue* version = member_of(&*document, "jsonversion", Type::text);
  const JsonValue* interfaces = member_of(&*document, "interfaces", Type::array);
  const bool is_known = version != nullptr && (version->text == "1" || version->text == "2");
  if (!is_known || interfaces == nullptr)
    return fail(fmt::format("{}: it is not what vnstat --json prints (its version 1 or 2)", file), "");
  for (const JsonValue& interface : interfaces->items)
    if (auto done = VnstatJson(builder, version->text == "1").read(interface); !done)
      return fail(fmt::format("{}: {}", file, done.error().what), done.error().remedy);
  return {};
}

}  // namespace collector::imports
