#include "sinks/sqlite/keep_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "collector/core/units.h"
#include "config/suggest.h"

namespace collector::sqlite_store {
namespace {

using history::Ages;
using history::Keep;

constexpr std::string_view forever = "forever";
constexpr std::array<std::string_view, 1> words{forever};
// From the finest to the coarsest, as the settings call them.
constexpr std::array<std::string_view, 4> level_names{"raw", "5m", "1h", "1d"};
static_assert(level_names.size() == history::level_count + 1);
constexpr Duration shortest = std::chrono::hours(1);

constexpr Setting age_of_level(std::string_view name, std::string_view sentence) {
  return {.name = name,
          .type = SettingType::duration,
          .default_text = "",
          .sentence = sentence,
          .choices = words,
          .minimum = shortest.count()};
}

constexpr std::array<Setting, 7> table{{
    {.name = "age",
     .type = SettingType::duration,
     .default_text = "",
     .sentence =
         "What is older than this is deleted, at every level that is not named here. Only a time that "
         "more than one run has confirmed decides the age. Default: nothing is deleted by age.",
     .minimum = shortest.count()},
    age_of_level("raw",
                 "How long rows stay as they were measured. They go only after their sums are in the levels "
                 "above. Default: `age`."),
    age_of_level("5m", "How long sums over 5 minutes stay. Default: `age`."),
    age_of_level("1h", "How long sums over an hour stay. Default: `age`."),
    age_of_level("1d", "How long sums over a day stay. Default: `age`."),
    {.name = "size",
     .type = SettingType::size,
     .default_text = "2GiB",
     .sentence = "When the history takes more space than this, the oldest rows are deleted, then the oldest "
                 "sums, the finest first. Their space is used again; the file does not shrink.",
     .minimum = 1024 * 1024},
    {.name = "measurements",
     .type = SettingType::map,
     .default_text = "{}",
     .sentence = "Ages such as {cpu: 30d, net.1h: forever}, for measurements that differ, at all levels or "
                 "at one."},
}};

// By the place in level_names.
Duration& age_at(Ages& ages, std::size_t level) {
  return level == 0 ? ages.raw : ages.levels[level - 1];
}

Result<Duration> parse_age(const std::string& text) {
  if (text == forever) return Duration{};
  auto age = parse_duration(text);
  if (!age && nearest(text, words) == forever)
    return fail(fmt::format("\"{}\" is not an age", text), "did you mean \"forever\"?");
  if (age && *age < shortest)
    return fail(fmt::format("\"{}\" is too small", text),
                fmt::format("the smallest is {}", format_duration(shortest)));
  return age;
}

Ages ages_of(const Settings& given) {
  Ages ages;
  if (given.has("age")) {
    ages.raw = given.duration("age");
    ages.levels.fill(ages.raw);
  }
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    const auto value = given.values().find(level_names[i]);
    if (value == given.values().end()) continue;
    if (const auto* age = std::get_if<Duration>(&value->second)) age_at(ages, i) = *age;
    if (std::holds_alternative<std::string>(value->second)) age_at(ages, i) = Duration{};
  }
  return ages;
}

// "net.1h": the measurement, and the place of the level; nothing: all of them.
struct Target {
  std::string_view measurement;
  std::optional<std::string_view> level{};
};
Target target_of_key(std::string_view key) {
  const auto dot = key.find('.');
  if (dot == std::string_view::npos) return {.measurement = key};
  return {.measurement = key.substr(0, dot), .level = key.substr(dot + 1)};
}

// Keys without a level come first in the map: those with one change what they say.
void set_measurement(const std::string& key, Duration age, Keep& keep) {
  const Target target = target_of_key(key);
  Ages& ages = keep.measurements.try_emplace(std::string(target.measurement), keep.ages).first->second;
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (!target.level || *target.level == level_names[i]) age_at(ages, i) = age;
}

class KeepCheck {
 public:
  KeepCheck(const Settings& given, const CheckContext& context) : given_(given), context_(context) {}

  std::vector<SettingMistake> run() {
    Keep keep{.ages = ages_of(given_)};
    check_order(keep.ages, "keep", {});
    for (const auto& [key, text] : given_.map("measurements"))
      check_measurement(key, text, keep);
    for (auto& [name, ages] : keep.measurements)
      check_order(ages, "keep.measurements", name);
    return std::move(mistakes_);
  }

 private:
  void add(std::string path, std::string what, std::string remedy) {
    mistakes_.push_back({std::move(path), std::move(what), std::move(remedy), {}});
  }

  void check_measurement(const std::string& key, const std::string& text, Keep& keep) {
    const std::string path = "keep.measurements." + key;
    const Target target = target_of_key(key);
    std::vector<std::string_view> names;
    for (const MeasurementPtr& measurement : context_.measurements())
      names.push_back(measurement->name);
    const bool is_known = names.empty() || std::ranges::find(names, target.measurement) != names.end();
    if (!is_known)
      add(path, fmt::format("there is no measurement \"{}\"", target.measurement),
          suggest(target.measurement, names, "there are"));
    const bool has_level =
        !target.level || std::ranges::find(level_names, *target.level) != level_names.end();
    if (!has_level)
      add(path, fmt::format("there is no level \"{}\"", *target.level),
          suggest(*target.level, level_names, "there are"));
    const auto age = parse_age(text);
    if (!age) add(path, age.error().what, age.error().remedy);
    if (is_known && has_level && age) set_measurement(key, *age, keep);
  }

  // The setting that says how long a level stays; empty: none of this table does.
  std::string said_by(const std::string& table, const std::string& measurement, std::size_t level) const {
    const std::string name(level_names[level]);
    if (measurement.empty()) {
      for (const std::string& key : {name, std::string("age")})
        if (given_.has(key)) return table + "." + key;
      return {};
    }
    for (const std::string& key : {measurement + "." + name, measurement})
      if (given_.map("measurements").contains(key)) return table + "." + key;
    return {};
  }

  // What adds up must stay as long as what it adds up: totals would have holes where details are.
  void check_order(Ages& ages, const std::string& table, const std::string& measurement) {
    for (std::size_t i = 0; i + 1 < level_names.size(); ++i) {
      const Duration fine = age_at(ages, i);
      const Duration coarse = age_at(ages, i + 1);
      if (coarse == Duration{} || (fine != Duration{} && fine <= coarse)) continue;
      std::string path = said_by(table, measurement, i);
      if (path.empty()) path = said_by(table, measurement, i + 1);
      if (path.empty() || std::ranges::find(mistakes_, path, &SettingMistake::path) != mistakes_.end())
        continue;
      add(path,
          fmt::format("{} would stay {}, but {}, which adds it up, only {}", level_names[i],
                      fine == Duration{} ? "for ever" : format_duration(fine), level_names[i + 1],
                      format_duration(coarse)),
          fmt::format("keep {} as long, or {} shorter", level_names[i + 1], level_names[i]));
    }
  }

  const Settings& given_;
  const CheckContext& context_;
  std::vector<SettingMistake> mistakes_;
};

}  // namespace

std::span<const Setting> keep_settings() {
  return table;
}

history::Keep keep_of(const Settings& settings) {
  Keep keep;
  if (!settings.has("keep")) return keep;
  const Settings& given = settings.table("keep");
  keep.ages = ages_of(given);
  if (given.has("size")) keep.size = given.size("size");
  if (!given.has("measurements")) return keep;
  for (const auto& [key, text] : given.map("measurements"))
    if (const auto age = parse_age(text)) set_measurement(key, *age, keep);
  return keep;
}

std::vector<SettingMistake> mistakes_in_keep(const Settings& settings, const CheckContext& context) {
  if (!settings.has("keep")) return {};
  return KeepCheck(settings.table("keep"), context).run();
}

}  // namespace collector::sqlite_store
