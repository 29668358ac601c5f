// SQL that stores rows. One statement locks a source's position, and only if it is where it is expected to be
// it adds what is new: series, rows of all tables, the position itself. Its values are parameters, or
// literals where it goes along with others in one message.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/uuid.h"
#include "sinks/postgres/connection.h"
#include "sinks/postgres/rows.h"

namespace collector::postgres_store {

// Values on their way into SQL text.
class Arguments {
 public:
  enum class As : std::uint8_t { parameters, literals };
  explicit Arguments(As as) : as_(as) {}

  // What stands for the value in the text: "$3::bigint[]" or "'{1,2}'::bigint[]".
  std::string add(std::string value, std::string_view type);
  std::span<const Parameter> parameters() const { return values_; }

 private:
  As as_;
  std::vector<Parameter> values_;
};

// Where a source's position is expected to be, and goes.
struct Move {
  Uuid source;
  Uuid epoch;
  std::optional<std::uint64_t> expected;  // nothing: there is none yet
  std::uint64_t next = 0;
};

// One row: how many positions were moved (0 or 1); the numbers of series, separated by commas, that mean
// another series in the database; the position before. Nothing is changed unless the first is 1. Rows that
// the server leaves out without an error (a trigger does) are an error, as if it had refused them.
std::string store_statement(const std::string& schema, const Move& move, std::span<SeriesEntry* const> series,
                            std::span<const TableRows> tables, Arguments& arguments);

// Series and rows alone, inside a transaction that has moved the position.
std::string rows_statement(const std::string& schema, const Uuid& source,
                           std::span<SeriesEntry* const> series, const Shape& shape,
                           std::span<const RowRef> rows, Arguments& arguments);

// The server did not store all rows that it was sent, and says nothing of an error.
PgError rows_left_out(const std::string& table);

// "net_data"'s fixed columns and its own, quoted, in the order that rows are sent in.
std::string column_list(const Shape& shape);

}  // namespace collector::postgres_store
