#include "collector/web/answer_table.h"

#include <fmt/format.h>

#include "collector/formats/csv_text.h"
#include "collector/formats/json_text.h"

namespace collector::web {
namespace {

struct CellJson {
  JsonAnswer& out;
  void operator()(std::monostate) const { out.item(nullptr); }
  void operator()(const auto& value) const { out.item(value); }
};

struct CellCsv {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(double value) const {
    std::string text;
    append_json_real(value, text);
    return text;
  }
  std::string operator()(const std::string& text) const { return csv_field(text); }
  std::string operator()(const std::vector<std::string>& words) const {
    return csv_field(fmt::format("{}", fmt::join(words, " ")));
  }
  std::string operator()(const auto& integer) const { return fmt::format("{}", integer); }
};

}  // namespace

bool wants_csv(const Call& call) {
  if (call.request.query.contains("format")) return call.values.text("format") == "csv";
  return call.type == "text/csv";
}

void append_rows(JsonAnswer& answer, const AnswerTable& table) {
  answer.open('[');
  for (const auto& row : table.rows) {
    answer.open('{');
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      std::visit(CellJson{answer.key(table.columns[i])}, row.at(i));
    answer.close('}');
  }
  answer.close(']');
}

std::string csv_text(const AnswerTable& table) {
  std::string out;
  for (const std::string& column : table.columns)
    out += (out.empty() ? "" : ",") + csv_field(column);
  out += "\r\n";
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      out += (i == 0 ? "" : ",") + std::visit(CellCsv{}, row[i]);
    out += "\r\n";
  }
  return out;
}

http::Response table_response(const Call& call, const AnswerTable& table,
                              const std::function<void(JsonAnswer&)>& head) {
  if (wants_csv(call)) return {.type = std::string(csv_type), .body = csv_text(table)};
  JsonAnswer answer;
  answer.open('{');
  if (head) head(answer);
  append_rows(answer.key("rows"), table);
  return json_response(std::move(answer.close('}')));
}

}  // namespace collector::web
