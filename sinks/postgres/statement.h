// The SQL that stores rows. One statement locks a source's position, and only if it is where it is expected
// to be it adds what is new: series, rows of all tables, the position itself.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/postgres/connection.h"
#include "sinks/postgres/rows.h"
#include "sinks/postgres/store.h"

namespace collector::postgres_store {

// Values on their way into SQL: parameters, or literals where the statement goes along with others in one
// message.
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

// Its result is one row, which stored_from() reads.
std::string store_statement(const std::string& schema, const PositionUpdate& update,
                            std::span<SeriesEntry* const> series, std::span<const TableRows> tables,
                            Arguments& arguments);
Stored stored_from(const Result& result);

// Series and rows alone, inside a transaction that has moved the position.
std::string rows_statement(const std::string& schema, const Uuid& source,
                           std::span<SeriesEntry* const> series, const TableLayout& layout,
                           std::span<const RowRef> rows, Arguments& arguments);

// The server did not store all rows that it was sent, and says nothing of an error.
PgError rows_left_out(const std::string& table);

// "net_data"'s fixed columns and its own, quoted, in the order that rows are sent in.
std::string column_list(const TableLayout& layout);

}  // namespace collector::postgres_store
