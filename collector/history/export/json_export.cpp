#include <fmt/format.h>

#include <string>
#include <utility>

#include "collector/formats/json_text.h"
#include "collector/history/export/export_cells.h"
#include "collector/history/export/export_forms.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

std::string value_json(const ExportCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return json_string(*text);
  const std::string number = number_text(cell);
  return number.empty() ? "null" : number;
}

std::string row_json(const ExportHead& head, const std::vector<std::string>& names, const ExportRow& row) {
  std::string out = "{";
  const auto cells = export_cells(head, row);
  for (std::size_t i = 0; i + 1 < cells.size(); ++i)  // the last are the flags
    out += json_string(names[i]) + ":" + value_json(cells[i]) + ",";
  return out + "\"flags\":" + flag_list_json(row.flags) + "}";
}

class NdjsonExport : public ExportWriter {
 public:
  explicit NdjsonExport(ExportOutput output) : output_(std::move(output)) {}

  Result<> begin(const ExportHead& head) override {
    head_ = head;
    names_ = export_names(head);
    return {};
  }
  Result<> row(const ExportRow& row) override { return output_(row_json(head_, names_, row) + "\n"); }
  Result<> end(const ExportTail& /*tail*/) override { return {}; }

 private:
  ExportOutput output_;
  ExportHead head_;
  std::vector<std::string> names_;
};

// What is only known at the end stands there: the rows are written as they are read.
class JsonExport : public ExportWriter {
 public:
  explicit JsonExport(ExportOutput output) : output_(std::move(output)) {}

  Result<> begin(const ExportHead& head) override {
    head_ = head;
    names_ = export_names(head);
    return output_(fmt::format(R"({{"measurement":{},"from":"{}","to":"{}","zone":{},"bucket":"{}",)"
                               "\n \"rows\":[",
                               json_string(head.measurement), offset_time_text(head.zone, head.range.start),
                               offset_time_text(head.zone, head.range.end), json_string(head.zone.name()),
                               name_of(head.unit)));
  }

  Result<> row(const ExportRow& row) override {
    const bool is_first = std::exchange(is_first_, false);
    return output_((is_first ? "\n  " : ",\n  ") + row_json(head_, names_, row));
  }

  Result<> end(const ExportTail& tail) override {
    std::string total;
    for (std::size_t i = 0; i < head_.columns.size(); ++i)
      if (head_.columns[i].adds_up)
        total += (total.empty() ? "" : ",") + json_string(head_.columns[i].name) + ":" +
                 value_json(tail.total.values[i]);
    const std::string as_of = tail.as_of ? json_string(offset_time_text(head_.zone, *tail.as_of)) : "null";
    return output_(fmt::format(
        "],\n \"total\":{{{}}},\"rows_count\":{},\"buckets\":{},\"buckets_not_measured\":{},"
        "\n \"interfaces\":{},\"levels\":{},\"as_of\":{},{},"
        "\"hosts_left_out\":{}{}}}\n",
        total, tail.rows, tail.buckets, tail.unknown, json_strings(tail.counted), json_strings(tail.levels),
        as_of, moved_edges_json(head_.zone, tail.moved), json_strings(tail.without_uplink),
        tail.saturated.empty() ? "" : R"(,"saturated":)" + json_strings(tail.saturated)));
  }

 private:
  ExportOutput output_;
  ExportHead head_;
  std::vector<std::string> names_;
  bool is_first_ = true;
};

}  // namespace

std::unique_ptr<ExportWriter> ndjson_export(ExportOutput output) {
  return std::make_unique<NdjsonExport>(std::move(output));
}

std::unique_ptr<ExportWriter> json_export(ExportOutput output) {
  return std::make_unique<JsonExport>(std::move(output));
}

}  // namespace collector::history
