#include "collector/history/open_window.h"

#include <fmt/format.h>

#include <chrono>
#include <limits>

#include "collector/formats/json_reader.h"
#include "collector/formats/json_text.h"
#include "collector/formats/member_reader.h"
#include "collector/formats/row_json_writer.h"
#include "collector/formats/text_encoding.h"

namespace collector::history {
namespace {

constexpr std::int64_t most_64 = std::numeric_limits<std::int64_t>::max();

// All that the store keeps of a row.
constexpr RowFormat everything{
    .counters = Counters::delta, .minimum = true, .maximum = true, .last = true, .peak = true};

void append_labels(std::span<const Tag> labels, std::string& out) {
  out += "{\"labels\":{";
  for (const Tag& label : labels) {
    if (out.back() != '{') out += ',';
    append_json_encoded(label.key, out);
    out += ':';
    append_json_encoded(label.value, out);
  }
  out += "}}\n";
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

Result<std::vector<Tag>> parse_labels(std::string_view line) {
  const auto object = read_json_object(line);
  if (!object) return std::unexpected(object.error());
  MemberReader reader(*object);
  const JsonValue& labels = reader.need("labels", JsonValue::Type::object);
  reader.nothing_but({"labels"});
  if (auto read = reader.result(); !read) return std::unexpected(read.error());
  std::vector<Tag> read;
  for (const auto& [key, value] : labels.members)
    read.push_back({decode_text(key), decode_text(value.text)});
  return read;
}

}  // namespace

std::string open_window_text(const UnwrittenRows& rows) {
  std::string out =
      fmt::format(R"({{"source":"{}","epoch":"{}","sequence":{},"as_of_milliseconds":{}}})"
                  "\n",
                  rows.after.source.text(), rows.after.epoch.text(), rows.after.sequence,
                  std::chrono::floor<std::chrono::milliseconds>(rows.as_of.time_since_epoch()).count());
  for (const auto& batch : rows.batches) {
    append_labels(batch->labels, out);
    // Rows bear tags and labels together; apart they are needed to find the series.
    Batch plain;
    plain.cells = batch->cells;
    RowJsonWriter writer(everything);
    writer.begin(plain);
    for (const Row& row : batch->rows)
      writer.append(row, out);
  }
  return out;
}

Result<OpenWindow> parse_open_window(std::string_view text) {
  const auto head = read_json_object(take_line(text));
  if (!head) return std::unexpected(head.error());
  OpenWindow window;
  MemberReader reader(*head);
  window.after.source = reader.uuid("source");
  window.after.epoch = reader.uuid("epoch");
  window.after.sequence = static_cast<std::uint64_t>(reader.integer("sequence", 0, most_64));
  window.as_of =
      WallTime(std::chrono::milliseconds(reader.integer("as_of_milliseconds", 0, most_64 / 1'000'000)));
  if (auto read = reader.result(); !read) return std::unexpected(read.error());
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.starts_with("{\"labels\":")) {
      auto labels = parse_labels(line);
      if (!labels) return std::unexpected(labels.error());
      window.parts.push_back({std::move(*labels), {}});
      continue;
    }
    auto row = parse_row_json(line);
    if (!row) return std::unexpected(row.error());
    if (window.parts.empty()) return fail("a row without labels before it", "");
    window.parts.back().rows.push_back(std::move(*row));
  }
  return window;
}

}  // namespace collector::history
