#include "sinks/postgres/check.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "collector/core/units.h"
#include "sinks/pem_file.h"
#include "sinks/postgres/connection.h"
#include "sinks/postgres/connection_keywords.h"
#include "sinks/postgres/conninfo.h"
#include "sinks/postgres/failure.h"
#include "sinks/postgres/libpq.h"

namespace collector::postgres_store {
namespace {

constexpr std::size_t longest_schema = 63;  // bytes: NAMEDATALEN - 1

void add_to(std::vector<SettingMistake>& mistakes, std::string_view keyword,
            const std::optional<Error>& mistake) {
  if (mistake)
    mistakes.push_back({"url", fmt::format("{}: {}", keyword, mistake->what), mistake->remedy, {}});
}

// As libpq wants it: nobody else may read it, but the group of a file that is root's.
std::optional<Error> mistake_in_key(const CheckContext& context, const std::filesystem::path& file) {
  constexpr std::size_t largest = 1024UL * 1024;
  const auto text = context.read(file, largest);
  if (!text) return Error{file.string() + " " + text.error().what, text.error().remedy};
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) return std::nullopt;
  const mode_t open_to_others = status.st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if ((status.st_mode & open_to_others) == 0) return std::nullopt;
  return Error{file.string() + " can be read by others, so libpq refuses it",
               status.st_uid == 0 ? "chmod 640, and the group of the collector's user" : "chmod 600"};
}

void look_at_files(const ConnectionWords& words, const CheckContext& context,
                   std::vector<SettingMistake>& mistakes) {
  const auto file_of = [&](std::string_view keyword) {
    const std::string file = word(words, keyword);
    std::error_code error;
    return file.empty() ? std::filesystem::path() : std::filesystem::absolute(file, error);
  };
  for (const char* keyword : {"sslrootcert", "sslcert", "sslcrl"})
    if (const auto file = file_of(keyword); !file.empty() && word(words, keyword) != "system")
      add_to(mistakes, keyword, mistake_in_pem(context, file));
  if (const auto folder = file_of("sslcrldir"); !folder.empty()) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
      add_to(
          mistakes, "sslcrldir",
          Error{folder.string() + (error ? " can't be looked at: " + error.message() : " is not a directory"),
                "name the directory of revocation lists"});
  }
  // With a colon it names a key of a cryptographic engine.
  if (const auto file = file_of("sslkey"); !file.empty() && file.native().find(':') == std::string::npos)
    add_to(mistakes, "sslkey", mistake_in_key(context, file));
  if (const auto file = file_of("passfile"); !file.empty())
    add_to(mistakes, "passfile", mistake_in_key(context, file));
}

// An older libpq refuses what it does not know. Where it can't be mapped there is nothing to ask.
void look_at_version(const ConnectionWords& words, std::vector<SettingMistake>& mistakes) {
  constexpr int major = 10000;
  for (const auto& [keyword, value] : words) {
    const int since = known_since(keyword);
    if (since == 0 || value.empty()) continue;
    const auto pq = Libpq::get();
    if (!pq) return;
    const int there = (*pq)->lib_version() / major;
    if (there < since)
      mistakes.push_back(
          {"url",
           fmt::format("{} is known to libpq from version {}, and here is version {}", keyword, since, there),
           "leave it out, or install a newer libpq",
           {}});
  }
}

void look_at_schema(const std::string& schema, std::vector<SettingMistake>& mistakes) {
  const auto add = [&](std::string what, std::string remedy) {
    mistakes.push_back({"schema", std::move(what), std::move(remedy), {}});
  };
  if (schema.empty()) return add("is empty", "name the schema, such as collector");
  if (schema.starts_with("pg_"))
    add("begins with pg_, which is reserved for the server", "choose another name");
  if (schema == "information_schema") add("is the server's own", "choose another name");
  if (schema.size() > longest_schema)
    add("is longer than 63 bytes, and the server would shorten it", "choose a shorter name");
}

constexpr auto question =
    "SELECT current_setting('server_version'), n.oid IS NOT NULL,"
    " has_database_privilege(current_database(), 'CREATE'),"
    " coalesce(has_schema_privilege(n.oid, 'USAGE'), false), coalesce(has_schema_privilege(n.oid, 'CREATE'), "
    "false),"
    " EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = n.oid AND c.relname = 'position'"
    " AND has_table_privilege(c.oid, 'INSERT, UPDATE')), current_setting('server_encoding')"
    " FROM (SELECT $1::text AS name) AS wanted LEFT JOIN pg_namespace AS n ON n.nspname = wanted.name";

SinkFailure no(std::string what, std::string remedy) {
  return {.what = std::move(what), .remedy = std::move(remedy), .retry_after = std::nullopt, .hold = true};
}

constexpr Duration worth_sleeping = std::chrono::minutes(10);
constexpr double smallest_compute = 0.25;  // units, as plans count them

}  // namespace

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context) {
  std::vector<SettingMistake> mistakes;
  const ConnectionReading url = read_connection(settings.text("url"));
  for (const Error& mistake : url.mistakes)
    mistakes.push_back({"url", mistake.what, mistake.remedy, {}});
  look_at_files(url.words, context, mistakes);
  look_at_version(url.words, mistakes);
  look_at_schema(settings.text("schema"), mistakes);
  return mistakes;
}

std::expected<std::string, SinkFailure> probe(const Options& options) {
  const auto pq = Libpq::get();
  if (!pq) return std::unexpected(pq.error());
  auto connection = Connection::open(**pq, {.conninfo = options.conninfo, .timeout = options.timeout});
  if (!connection) return std::unexpected(to_failure(connection.error(), "", "connect"));
  const std::vector<Parameter> schema{options.schema};
  const auto found = connection->run(question, schema);
  if (!found) return std::unexpected(to_failure(found.error(), *connection, "look at the schema in"));
  const auto is = [&](int column) { return found->text(0, column) == "t"; };
  const std::string who = fmt::format("{} (PostgreSQL {})", connection->where(), found->text(0, 0));
  const std::string encoding(found->text(0, 6));
  // SQL_ASCII takes any bytes.
  const std::string unfit =
      encoding == "UTF8" || encoding == "SQL_ASCII"
          ? std::string()
          : fmt::format(
                "; its encoding is {}, so rows with names that have other characters (interfaces, "
                "tags) become dead letters: a database with ENCODING 'UTF8' takes all",
                encoding);
  const bool there = is(1), may_make_schema = is(2), may_use = is(3), may_make = is(4), has_tables = is(5);
  const auto sql = "let a role that may run what collector config --sql prints";
  if (const auto reason = read_only_reason(*connection))
    return std::unexpected(no(fmt::format("{} {}", who, reason->what), reason->remedy));
  if (has_tables && may_use) return fmt::format("{}, schema {} is there{}", who, options.schema, unfit);
  if (!options.create)
    return std::unexpected(
        no(fmt::format("{} has no tables in schema {} for this role", who, options.schema), sql));
  if (!there && !may_make_schema)
    return std::unexpected(
        no(fmt::format("this role may not create schema {} in {}", options.schema, who), sql));
  if (there && !(may_use && may_make))
    return std::unexpected(
        no(fmt::format("this role may not create tables in schema {} of {}", options.schema, who), sql));
  return fmt::format("{}, schema {} will be {}{}", who, options.schema, there ? "filled" : "made", unfit);
}

bool leads_to_neon(std::string_view conninfo) {
  const char* variable = std::getenv("PGHOST");  // as libpq reads it
  std::string hosts =
      !conninfo.empty() ? target_of(conninfo) : std::string(variable == nullptr ? "" : variable);
  if (const auto scheme = hosts.find("://"); scheme != std::string::npos) hosts.erase(0, scheme + 3);
  hosts.resize(std::min(hosts.find('/'), hosts.size()));
  std::ranges::transform(hosts, hosts.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::string_view domain = ".neon.tech";
  for (std::size_t at = 0; (at = hosts.find(domain, at)) != std::string::npos; at += domain.size()) {
    const std::size_t end = at + domain.size();
    if (end == hosts.size() || hosts[end] == ':' || hosts[end] == ',') return true;
  }
  return false;
}

double awake_hours_a_month(Duration every) {
  const Duration awake = suspends_after + work_per_sync;
  if (every <= awake) return hours_a_month;
  return hours_a_month * (to_seconds(awake) / to_seconds(every));
}

SinkNote sleep_note(Duration every) {
  const double hours = awake_hours_a_month(every);
  SinkNote note{.name = "awake", .text = {}, .warning = every < worth_sleeping};
  const std::string schedule =
      every == Duration{} ? "syncing all the time" : "every " + format_duration(every);
  note.text = fmt::format(
      "{} keeps a database that suspends after 5 idle minutes awake about {:.0f} h a month ({:.1f} compute "
      "hours "
      "at {} units)",
      schedule, hours, hours * smallest_compute, smallest_compute);
  if (hours >= hours_a_month)
    note.text += ": it never sleeps; 15m or more lets it";
  else if (note.warning)
    note.text += ": it hardly sleeps; 15m or more costs less";
  return note;
}

}  // namespace collector::postgres_store
