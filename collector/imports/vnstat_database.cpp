#include <fmt/format.h>

#include <map>

#include "collector/imports/local_time.h"
#include "collector/imports/other_database.h"
#include "collector/imports/readers.h"
#include "collector/imports/vnstat_rest.h"

namespace collector::imports {
namespace {

std::string rows_of(const std::string& table) {
  return fmt::format(
      "SELECT i.name, e.date, {}, {}, e.id FROM \"{}\" AS e JOIN interface AS i ON i.id = e.interface",
      OtherDatabase::bytes("e.rx"), OtherDatabase::bytes("e.tx"), table);
}

}  // namespace

Result<> read_vnstat_database(PastBuilder& builder) {
  const auto opened = OtherDatabase::open(builder.asked().file, "vnStat 2");
  if (!opened) return std::unexpected(opened.error());
  const auto name_of = [&](const sqlite::Statement& row) {
    return Name{builder.asked().this_host, std::string(row.text(0))};
  };
  std::map<std::string, VnstatRest> rest;
  for (const bool is_day : {true, false}) {
    const std::string table = is_day ? "day" : "hour";
    const auto done = opened->each(rows_of(table), [&](const sqlite::Statement& row) {
      const std::string where = fmt::format("table {}, id {}", table, row.integer(4));
      const auto time = parse_local_time(row.text(1));
      if (!time || time->time.has_value() == is_day)
        return builder.refuse(where, fmt::format("its date is none: '{:.40}'", row.text(1)));
      const Bytes bytes{row.integer(2), row.integer(3)};
      if (is_day) {
        rest[std::string(row.text(0))].count(time->date, bytes);
        builder.day(name_of(row), time->date, bytes, where);
      } else {
        builder.hour(name_of(row), time->moment(), bytes, where);
      }
    });
    if (!done) return done;
  }
  return opened->each(fmt::format("SELECT name, updated, {}, {} FROM interface ORDER BY name",
                                  OtherDatabase::bytes("rxtotal"), OtherDatabase::bytes("txtotal")),
                      [&](const sqlite::Statement& row) {
                        if (const auto updated = parse_local_time(row.text(1)))
                          builder.until(name_of(row), builder.asked().zone.first(updated->moment()));
                        rest[std::string(row.text(0))].say(std::string(row.text(0)),
                                                           {row.integer(2), row.integer(3)}, builder);
                      });
}

}  // namespace collector::imports
