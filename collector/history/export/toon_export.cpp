#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "collector/history/export/export_cells.h"
#include "collector/history/export/export_forms.h"

// Token-Oriented Object Notation 3 (https://github.com/toon-format/spec): an array of like objects is a
// table, whose head declares how many rows follow and what their columns are. A model can tell from it that
// nothing is missing.

namespace collector::history {
namespace {

bool is_like_a_number(std::string_view text) {
  // Wider than the rule: what begins like a number and has nothing but what numbers have.
  const bool begins = !text.empty() && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9'));
  return begins && text.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
         std::ranges::count(text, '-') <= 1;
}

// A string of a table or of an object, by the rules of section 7.
std::string toon_text(std::string_view text) {
  const bool is_word = text == "true" || text == "false" || text == "null";
  const bool is_bare =
      !text.empty() && text.front() != ' ' && text.back() != ' ' && text.front() != '-' &&
      text.front() != '#' && !is_word && !is_like_a_number(text) && std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || std::string_view(",:\"\\[]{}").contains(c);
      });
  if (is_bare) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    constexpr std::array<std::pair<char, std::string_view>, 5> escapes{
        {{'\\', "\\\\"}, {'"', "\\\""}, {'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"}}};
    const auto* const escape = std::ranges::find(escapes, c, &std::pair<char, std::string_view>::first);
    if (escape != escapes.end())
      out += escape->second;
    else
      out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;  // the notation has no escape for it
  }
  return out + "\"";
}

// Names of columns: bare where they look like names of programs.
std::string toon_key(std::string_view name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  const bool is_bare =
      !name.empty() && letters.contains(name.front()) && std::ranges::all_of(name, [&](char c) {
        return letters.contains(c) || (c >= '0' && c <= '9') || c == '.';
      });
  if (is_bare) return std::string(name);
  const std::string text = toon_text(name);
  return text.starts_with('"') ? text : '"' + text + '"';
}

// Numbers in plain decimals: no exponent, no zeros at the end.
std::string toon_number(const ExportCell& cell) {
  if (const auto* real = std::get_if<double>(&cell)) {
    std::string text = fmt::format("{:.6f}", *real);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
  }
  const std::string text = number_text(cell);
  return text.empty() ? "null" : text;
}

// The number of rows stands before them: they wait in a file without a name.
class ToonExport : public ExportWriter {
 public:
  explicit ToonExport(ExportOutput output) : output_(std::move(output)) {}
  ToonExport(const ToonExport&) = delete;
  ToonExport& operator=(const ToonExport&) = delete;
  ~ToonExport() override {
    if (rows_ != nullptr) std::fclose(rows_);
  }

  Result<> begin(const ExportHead& head) override {
    head_ = head;
    rows_ = std::tmpfile();
    return rows_ == nullptr ? failed("made") : Result<>{};
  }

  Result<> row(const ExportRow& row) override {
    std::string line = "  " + toon_text(short_time_text(head_, row.time.start));
    for (const std::string& label : row.labels)
      line += "," + toon_text(label);
    for (std::size_t i = 0; i < head_.columns.size(); ++i) {
      if (!head_.columns[i].is_main) continue;
      const auto* text = std::get_if<std::string>(&row.values[i]);
      line += "," + (text != nullptr ? toon_text(*text) : toon_number(row.values[i]));
    }
    line += fmt::format(",{},{}\n", row.observed / 1000, toon_text(flag_words(row.flags)));
    if (std::fwrite(line.data(), 1, line.size(), rows_) != line.size()) return failed("written");
    return {};
  }

  Result<> end(const ExportTail& tail) override {
    if (auto done = output_(heading(tail)); !done) return done;
    if (std::fflush(rows_) != 0) return failed("written");
    std::rewind(rows_);
    std::array<char, 16384> piece{};
    for (;;) {
      const std::size_t size = std::fread(piece.data(), 1, piece.size(), rows_);
      if (size > 0)
        if (auto done = output_({piece.data(), size}); !done) return done;
      if (size < piece.size()) return std::ferror(rows_) == 0 ? Result<>{} : failed("read");
    }
  }

 private:
  std::string heading(const ExportTail& tail) const {
    std::string out = fmt::format(
        "measurement: {}\nzone: {}\nfrom: {}\nbefore: {}\nbucket: {}\n", toon_text(head_.measurement),
        toon_text(head_.zone.name()), toon_text(short_time_text(head_, head_.range.start)),
        toon_text(short_time_text(head_, head_.range.end)), toon_text(name_of(head_.unit)));
    std::string columns = "start";
    for (const std::string& label : head_.labels)
      columns += "," + toon_key(label);
    for (std::size_t i = 0; i < head_.columns.size(); ++i) {
      const ExportColumn& column = head_.columns[i];
      if (column.adds_up)
        out += fmt::format("total_{}: {}\n", column.name, toon_number(tail.total.values[i]));
      if (column.is_main) columns += "," + toon_key(column.name);
    }
    out += fmt::format("buckets_not_measured: {}\n", tail.unknown);
    for (const MovedEdge& edge : tail.moved.ends)
      if (edge.wanted == head_.range.start || edge.wanted == head_.range.end)
        out += fmt::format("{}_used: {}\n", edge.wanted == head_.range.start ? "from" : "before",
                           toon_text(short_time_text(head_, edge.used)));
    return out + fmt::format("rows[{}]{{{},observed_seconds,flags}}:\n", tail.rows, columns);
  }

  static Result<> failed(std::string_view what) {
    return fail(fmt::format("a temporary file could not be {}: {}", what, std::strerror(errno)),
                "this form needs one, in /tmp: its first lines say how many rows follow");
  }

  ExportOutput output_;
  ExportHead head_;
  std::FILE* rows_ = nullptr;
};

}  // namespace

std::unique_ptr<ExportWriter> toon_export(ExportOutput output) {
  return std::make_unique<ToonExport>(std::move(output));
}

}  // namespace collector::history
