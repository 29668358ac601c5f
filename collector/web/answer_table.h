// AnswerTable: an answer that is a table, written once: as a list of objects in JSON, or as CSV for whoever
// wants that (Accept: text/csv, or format=csv).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collector/http/message.h"
#include "collector/web/json_answer.h"
#include "collector/web/route.h"

namespace collector::web {

// Nothing: not measured, or not known. Several words are a list in JSON, and have spaces between them in CSV.
using TableCell = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string,
                               std::vector<std::string>>;

template <typename T>
TableCell cell_of(const std::optional<T>& value) {
  return value ? TableCell(*value) : TableCell();
}

struct AnswerTable {
  std::vector<std::string> columns;
  std::vector<std::vector<TableCell>> rows;  // a cell for each column
};

// Of a route's table of parameters, and of its `also`.
inline constexpr std::array<std::string_view, 2> table_formats{"json", "csv"};
inline constexpr Parameter table_format{.name = "format",
                                        .type = ParameterType::choice,
                                        .sentence = "The form of the answer; without it as Accept says.",
                                        .choices = table_formats};
inline constexpr std::array<std::string_view, 1> as_csv{"text/csv"};

inline constexpr std::string_view csv_type = "text/csv; charset=utf-8; header=present";

// By the parameter `format`, else by the header Accept.
bool wants_csv(const Call& call);

void append_rows(JsonAnswer& answer, const AnswerTable& table);
// RFC 4180, with a header.
std::string csv_text(const AnswerTable& table);

// An object: what `head` writes, then "rows"; as CSV the rows alone.
http::Response table_response(const Call& call, const AnswerTable& table,
                              const std::function<void(JsonAnswer&)>& head = {});

}  // namespace collector::web
