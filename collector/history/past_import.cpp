#include "collector/history/past_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <system_error>

#include "collector/history/file_tables.h"
#include "collector/history/import_source.h"
#include "collector/history/level_tables.h"
#include "collector/history/readable.h"
#include "collector/history/selected_series.h"
#include "collector/history/series_ids.h"

namespace collector::history {
namespace {

// A collector that closes an hour, or deletes what is old, is done within it.
constexpr std::chrono::seconds patience{30};

constexpr const char* measurement_name = "net";

// What an interface is when nothing but its name is known.
std::pair<std::string_view, std::string> kind_by_name(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> prefixes{{{"docker", "bridge"},
                                                                                    {"br-", "bridge"},
                                                                                    {"virbr", "bridge"},
                                                                                    {"br0", "bridge"},
                                                                                    {"veth", "veth"},
                                                                                    {"wg", "wireguard"},
                                                                                    {"tun", "tun"},
                                                                                    {"tap", "tun"},
                                                                                    {"tailscale", "tun"},
                                                                                    {"bond", "bond"},
                                                                                    {"team", "team"},
                                                                                    {"dummy", "dummy"},
                                                                                    {"ifb", "ifb"},
                                                                                    {"vnet", "tun"}}};
  if (name == "lo") return {"loopback", ""};
  if (const auto dot = name.find('.'); dot != std::string::npos && dot > 0)
    return {"vlan", name.substr(0, dot)};
  for (const auto& [prefix, kind] : prefixes)
    if (name.starts_with(prefix)) return {kind, ""};
  return {"physical", ""};
}

// An interface in the file: who has it, and the tags that its imported series gets.
struct Known {
  PastSeries series;
  std::vector<Tag> tags;
};

class PastImport {
 public:
  PastImport(const sqlite::Database& database, const StoredMeasurement& measurement,
             const PastRequest& request)
      : database_(&database),
        measurement_(&measurement),
        request_(&request),
        tables_(database),
        ids_(database) {}

  sqlite::SqliteResult<std::vector<AddedPast>> run() {
    auto all = find_series(*database_, *measurement_, measurement_name, {});
    if (!all) return std::unexpected(all.error());
    auto imported = imported_series(*database_);
    if (!imported) return std::unexpected(imported.error());
    PieceReader reader(*database_, *measurement_, {});
    auto times = MeasuredTimes::find(reader);
    if (!times) return std::unexpected(times.error());
    std::vector<AddedPast> added;
    for (const PastInterface& past : request_->interfaces) {
      Known known = known_of(past, *all, *imported);
      for (const WaitingTime& one : request_->waiting)
        if (one.host == past.host && one.interface == past.interface)
          known.series.waiting.push_back(one.time);
      auto plan = plan_import(past, request_->zone, request_->settled, known.series, *times);
      if (!plan) return std::unexpected(plan.error());
      if (!request_->dry_run && !plan->buckets.empty())
        if (auto done = store(past, known, *plan); !done) return std::unexpected(done.error());
      added.push_back({past.host, past.interface, std::move(*plan)});
    }
    return added;
  }

 private:
  static Known known_of(const PastInterface& past, const std::vector<StoredSeries>& all,
                        const std::set<std::int64_t>& imported) {
    Known known;
    auto [kind, parent] = kind_by_name(past.interface);
    std::string of_kind(kind);
    for (const StoredSeries& one : all) {
      if (one.host != past.host || one.interface != past.interface) continue;
      const bool is_import = imported.contains(one.id);
      (is_import ? known.series.imported : known.series.measured).push_back(one.id);
      if (is_import || one.kind.empty()) continue;
      of_kind = one.kind;
      parent = one.parent;
    }
    known.tags = normalise_tags({{"interface", past.interface}, {"kind", of_kind}, {"parent", parent}});
    return known;
  }

  sqlite::SqliteResult<> store(const PastInterface& past, const Known& known, const PastPlan& plan) {
    const auto tables = tables_.find(measurement_name);
    if (!tables) return std::unexpected(tables.error());
    Batch batch;
    batch.origin.source = import_source(request_->program);
    batch.labels = {{"host", past.host}};
    if (auto done = ids_.begin(batch); !done) return done;
    auto measurement = std::make_shared<Measurement>();
    measurement->name = measurement_name;
    const auto series = std::make_shared<const Series>(measurement, known.tags);
    const auto id = ids_.id_of(
        *series, WallTime((plan.time->end - std::chrono::seconds(1)).time_since_epoch()), **tables);
    if (!id) return std::unexpected(id.error());
    auto levels = LevelTables::find_or_make(*database_, **tables);
    if (!levels) return std::unexpected(levels.error());
    const auto received = column(*levels, "bytes_recv");
    const auto sent = column(*levels, "bytes_sent");
    const auto zone = zone_number();
    if (!received) return std::unexpected(received.error());
    if (!sent) return std::unexpected(sent.error());
    if (!zone) return std::unexpected(zone.error());
    for (const PastBucket& one : plan.buckets) {
      Bucket bucket{one.span, 0, std::vector<Datum>(levels->columns().buckets.size())};
      bucket.data[*received] = one.received;
      bucket.data[*sent] = one.sent;
      BucketPlace place{.series = *id, .time = one.time.start.time_since_epoch().count()};
      if (one.level == Level::day) {
        place.day_ends = one.time.end.time_since_epoch().count();
        place.day_zone = *zone;
        place.day = date_of(request_->zone, one.time.start).time_since_epoch().count();
      }
      if (auto done = levels->add(one.level, place, bucket, false); !done) return done;
    }
    return drop_hours(*levels, *id);
  }

  // A level is whole from some moment on: hours before a day that has none would be taken for all there is.
  sqlite::SqliteResult<> drop_hours(const LevelTables& levels, std::int64_t series) const {
    const std::string days = levels.table(Level::day), hours = levels.table(Level::hour);
    return database_->execute(fmt::format(
        "DELETE FROM {1} WHERE series_id={2} AND time < (SELECT max(d.day_ends) FROM {0} AS d WHERE"
        " d.series_id={2} AND d.span <> (SELECT coalesce(sum(h.span), 0) FROM {1} AS h WHERE"
        " h.series_id={2} AND h.time >= d.time AND h.time < d.day_ends))",
        days, hours, series));
  }

  sqlite::SqliteResult<std::size_t> column(const LevelTables& levels, const char* field) const {
    const auto name = database_->query_text(
        fmt::format("SELECT \"column\" FROM field WHERE measurement='{}' AND role='field' AND name='{}' AND "
                    "statistic='delta'",
                    measurement_name, field));
    if (!name) return std::unexpected(name.error());
    const auto& columns = levels.columns().of_levels;
    const auto found = std::ranges::find(columns, name->value_or(""), &LevelColumn::column);
    if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
    return std::unexpected(sqlite::SqliteError{
        sqlite::Kind::misuse, 0,
        fmt::format("{}: the levels have no column of {}", database_->file().native(), field)});
  }

  // That of the file's own days where it is the same zone; else one below zero, which never tells how days
  // are cut from here on.
  sqlite::SqliteResult<std::int64_t> zone_number() const {
    auto find = database_->prepare("SELECT id FROM day_zone WHERE name=? ORDER BY id DESC LIMIT 1");
    if (!find) return std::unexpected(find.error());
    find->bind(1, std::string_view(request_->zone.name()));
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (*row) return find->integer(0);
    const auto least = database_->query_integer("SELECT min(id) FROM day_zone");
    if (!least) return std::unexpected(least.error());
    const std::int64_t number = std::min<std::int64_t>(least->value_or(0), 0) - 1;
    auto insert = database_->prepare("INSERT INTO day_zone(id, name, since) VALUES(?,?,?)");
    if (!insert) return std::unexpected(insert.error());
    insert->bind(1, number);
    insert->bind(2, std::string_view(request_->zone.name()));
    insert->bind(3, std::numeric_limits<std::int64_t>::max());
    if (auto done = insert->run(); !done) return std::unexpected(done.error());
    return number;
  }

  const sqlite::Database* database_;
  const StoredMeasurement* measurement_;
  const PastRequest* request_;
  FileTables tables_;
  SeriesIds ids_;
};

std::unexpected<Error> not_imported(const sqlite::SqliteError& error) {
  using enum sqlite::Kind;
  switch (error.kind) {
    case busy:
      return fail(error.what, "another program is writing to it; try again");
    case cannot_open:
    case readonly:
      return fail(error.what, "import as root, or as the user whom it belongs to");
    case full:
      return fail(error.what, "make some room on that disk; nothing was imported");
    case constraint:
      return fail(error.what,
                  "look for triggers and constraints that were added to the file; nothing was imported");
    default:
      return std::unexpected(not_readable(error));
  }
}

// Inside a transaction.
Result<std::vector<AddedPast>> add_past(const sqlite::Database& database, const PastRequest& request) {
  const auto measurement = StoredMeasurement::find(database, measurement_name);
  if (!measurement) return not_imported(measurement.error());
  if (!*measurement || (*measurement)->column("field", "bytes_recv", "delta") == "NULL" ||
      (*measurement)->column("field", "bytes_sent", "delta") == "NULL")
    return fail(fmt::format("{}: nothing was measured of the network yet", database.file().native()),
                "let this collector run for a minute with the sampler net");
  auto added = PastImport(database, **measurement, request).run();
  if (!added) return not_imported(added.error());
  return std::move(*added);
}

}  // namespace

Result<std::vector<AddedPast>> import_past(const std::filesystem::path& file, const PastRequest& request) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error)
    return fail(fmt::format("{}: there is no history yet", file.native()),
                "collector --once begins one; then import");
  auto database = request.dry_run ? open_to_read(file, patience)
                                  : sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_write,
                                                                  .vfs = {},
                                                                  .busy_timeout = patience,
                                                                  .immutable = false});
  if (!database) return not_imported(database.error());
  if (auto readable = check_readable(*database); !readable) return std::unexpected(readable.error());
  if (request.dry_run) {
    const auto reading = sqlite::ReadTransaction::begin(*database);
    if (!reading) return not_imported(reading.error());
    return add_past(*database, request);
  }
  if (auto done = database->use_durable_settings(); !done) return not_imported(done.error());
  auto transaction = sqlite::Transaction::begin(*database);
  if (!transaction) return not_imported(transaction.error());
  auto added = add_past(*database, request);
  if (!added) return added;
  if (auto done = transaction->commit(); !done) return not_imported(done.error());
  return added;
}

}  // namespace collector::history
