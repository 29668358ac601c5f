#include "collector/history/zone.h"

#include <cctz/time_zone.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "collector/history/machine_zone.h"
#include "config/time_zones.h"

namespace collector::history {

struct Zone::Rules {
  cctz::time_zone zone;
};

namespace {

constexpr std::string_view system_database = "/usr/share/zoneinfo";

std::filesystem::path database() {
  const char* elsewhere = std::getenv("TZDIR");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return elsewhere != nullptr && *elsewhere == '/' ? elsewhere : std::string(system_database);
}

// A name is looked for as a file: it must not lead out of the database, whoever has sent it, and be the one
// name of that file: for each further one, such as Europe//Berlin, cctz would keep its rules once more.
bool is_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '-' || c == '/';
  };
  return !name.empty() && name.front() != '/' && name.find("//") == std::string_view::npos &&
         std::ranges::all_of(name, is_letter);
}

// cctz keeps all that it was ever asked for, also what does not exist: it is asked for what exists.
bool exists(std::string_view name) {
  std::error_code error;
  return std::filesystem::is_regular_file(database() / name, error);
}

cctz::time_point<cctz::seconds> to_cctz(Seconds moment) {
  return cctz::time_point<cctz::seconds>(cctz::seconds(moment.time_since_epoch().count()));
}

}  // namespace

Result<Zone> Zone::load(std::string_view name) {
  if (name == "UTC") return utc();
  std::error_code error;
  if (!std::filesystem::is_directory(database(), error))
    return fail(fmt::format("{} is not there, so zone '{}' is unknown", database().native(), name),
                "install tzdata");
  auto rules = std::make_shared<Rules>();
  if (!is_name(name) || !exists(name) || !cctz::load_time_zone(std::string(name), &rules->zone)) {
    const auto mistake = mistake_in_zone(name, database());
    return fail(
        fmt::format("there is no time zone '{}' in {}", name, database().native()),
        mistake ? mistake->remedy : "write it as in the database: Europe/Berlin, America/New_York, UTC");
  }
  return Zone(std::string(name), std::move(rules));
}

Result<Zone> Zone::of_machine() {
  std::string_view wanted;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it
  if (const char* variable = std::getenv("TZ"); variable != nullptr) wanted = variable;
  if (wanted.starts_with(':')) wanted.remove_prefix(1);
  if (!wanted.empty()) return load(wanted);
  if (const auto linked = linked_zone_name()) return load(*linked);
  // A copy instead of a link has no name to look at, but perhaps one in the database.
  if (const auto copied = copied_zone_name(database())) return load(*copied);
  constexpr const char* copy = "/etc/localtime";
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(copy, error))) return utc();
  auto rules = std::make_shared<Rules>();
  if (!std::filesystem::is_regular_file(copy, error) || !cctz::load_time_zone(copy, &rules->zone))
    return fail(fmt::format("{} holds no time zone", copy), "set the machine's time zone");
  return Zone("localtime", std::move(rules));
}

Zone Zone::utc() {
  return {"UTC", std::make_shared<const Rules>()};
}

LocalSeconds Zone::local(Seconds moment) const {
  return LocalSeconds(moment.time_since_epoch() +
                      std::chrono::seconds(rules_->zone.lookup(to_cctz(moment)).offset));
}

Seconds Zone::first(LocalSeconds time) const {
  const cctz::civil_second shown = cctz::civil_second() + time.time_since_epoch().count();
  return Seconds(std::chrono::seconds(cctz::convert(shown, rules_->zone).time_since_epoch().count()));
}

}  // namespace collector::history
