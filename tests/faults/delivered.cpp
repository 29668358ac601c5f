#include "tests/faults/delivered.h"

#include <algorithm>
#include <stdexcept>

#include "collector/sqlite/database.h"
#include "tests/support/files.h"
#include "tests/support/json_files.h"

namespace collector::test {
namespace {

constexpr std::array<std::pair<const char*, std::int64_t Sums::*>, 4> fields{
    {{"bytes_recv", &Sums::bytes_recv},
     {"packets_recv", &Sums::packets_recv},
     {"bytes_sent", &Sums::bytes_sent},
     {"packets_sent", &Sums::packets_sent}}};

template <typename Row>
void each_row(const sqlite::Database& database, const std::string& sql, const Row& row) {
  auto statement = database.prepare(sql);
  if (!statement) throw std::runtime_error(statement.error().what);
  while (true) {
    const auto step = statement->step();
    if (!step) throw std::runtime_error(step.error().what);
    if (!*step) return;
    row(*statement);
  }
}

bool has_view(const sqlite::Database& database, const std::string& name) {
  const auto count = database.query_integer("SELECT count(*) FROM sqlite_master WHERE name='" + name + "'");
  if (!count) throw std::runtime_error(count.error().what);
  return count->value_or(0) > 0;
}

void note_peak(Delivered& to, const std::string& interface, double peak) {
  if (interface.starts_with(limited_family))
    to.highest_peak_of_limited = std::max(to.highest_peak_of_limited, peak);
}

// Of a view's rows the first may all be those of a full series table, which have no interface.
std::string interface_of(sqlite::Database& database, const std::string& view) {
  const auto named = database.query_integer("SELECT count(*) FROM pragma_table_info('" + view +
                                            "') WHERE name = 'interface'");
  return named && named->value_or(0) > 0 ? "interface" : "''";
}

}  // namespace

void Delivered::add(const std::string& interface, const std::string& field, std::int64_t value) {
  for (const auto& [name, member] : fields)
    if (field == name) by_family[interface.substr(0, 2)].*member += value;
}

Delivered delivered_to_sqlite(const std::filesystem::path& file) {
  auto database = sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) throw std::runtime_error(database.error().what);
  Delivered result;
  if (has_view(*database, "net"))
    each_row(*database,
             "SELECT time," + interface_of(*database, "net") +
                 ",bytes_recv,packets_recv,bytes_sent,packets_sent,"
                 "max(coalesce(bytes_recv_peak,0),coalesce(bytes_sent_peak,0)) FROM net",
             [&](const sqlite::Statement& row) {
               const std::string interface(row.text(1));
               const Sums sums{row.integer(2), row.integer(3), row.integer(4), row.integer(5)};
               result.rows[{row.integer(0), "net", interface}] += sums;
               result.by_family[interface.substr(0, 2)] += sums;
               note_peak(result, interface, row.real(6));
             });
  for (const std::string name : {"quarantine", "dropped"}) {
    if (!has_view(*database, name)) continue;
    const std::string rows = name == "dropped" ? "rows" : "1";
    each_row(*database,
             "SELECT " + interface_of(*database, name) + ",field,delta," + rows + " FROM " + name +
                 " WHERE measurement='net'",
             [&](const sqlite::Statement& row) {
               result.add(std::string(row.text(0)), std::string(row.text(1)), row.integer(2));
               (name == "dropped" ? result.dropped_rows : result.quarantined_rows) += row.integer(3);
             });
  }
  return result;
}

void JsonArchive::add(const JsonRow& row, Delivered& to,
                      std::set<std::tuple<std::uint64_t, RowKey>>& seen) const {
  const auto tag = [&](const char* name) {
    const auto found = row.tags.find(name);
    return found == row.tags.end() ? std::string() : found->second;
  };
  const auto number = [&](const std::string& name) {
    const auto found = row.fields.find(name);
    const bool there = found != row.fields.end() && std::holds_alternative<std::int64_t>(found->second);
    return there ? std::get<std::int64_t>(found->second) : 0;
  };
  std::string series = row.measurement;
  for (const auto& [name, value] : row.tags)
    series += "," + name + "=" + value;
  const std::int64_t second = std::chrono::floor<std::chrono::seconds>(row.time).time_since_epoch().count();
  if (!seen.insert({row.batch, {row.time.time_since_epoch().count(), series, {}}}).second)
    to.twice.push_back(series + " in batch " + std::to_string(row.batch));
  if (row.measurement == "quarantine" || row.measurement == "dropped") {
    to.add(tag("interface"), tag("field"), number("delta"));
    (row.measurement == "dropped" ? to.dropped_rows : to.quarantined_rows) += 1;
  }
  if (row.measurement != "net") return;
  ++to.net_rows;
  if (tag("interface") == lasting_interface) to.lasting.emplace_back(row.time, row.time + row.span);
  Sums sums;
  for (const auto& [name, member] : fields) {
    sums.*member = number(name);
    const auto peak = row.fields.find(std::string(name) + "_peak");
    if (peak != row.fields.end() && std::holds_alternative<double>(peak->second))
      note_peak(to, tag("interface"), std::get<double>(peak->second));
  }
  to.rows[{second, "net", tag("interface")}] += sums;
  to.by_family[tag("interface").substr(0, 2)] += sums;
}

Delivered JsonArchive::read() {
  Delivered result;
  std::vector<std::filesystem::path> open_files;
  if (std::filesystem::exists(directory_))
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with(".ndjson")) open_files.push_back(entry.path());
      if (!name.ends_with(".ndjson.zst") || !read_.insert(name).second) continue;
      for (const JsonRow& row : parse_json_lines(read_zstd_file(entry.path())))
        add(row, closed_, seen_);
    }
  result = closed_;
  auto seen = seen_;
  for (const std::filesystem::path& file : open_files)
    for (const JsonRow& row : parse_json_lines(read_file(file)))
      add(row, result, seen);
  return result;
}

}  // namespace collector::test
