// A line as a point.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/formats/json_text.h"
#include "collector/formats/line_protocol.h"
#include "collector/formats/line_protocol_text.h"

namespace collector {
namespace {

class Parser {
 public:
  Parser(std::string_view line, std::size_t number) : line_(line), number_(number) {}

  Result<LineProtocolPoint> parse() {
    if (const std::size_t invalid = find_invalid_utf8(line_); invalid < line_.size())
      return mistake(invalid, "a byte that is not UTF-8");
    if (line_.empty()) return mistake(0, "an empty line");
    if (line_.front() == '#') return mistake(0, "a comment");
    auto name = name_until(", ", LineName::measurement, "the measurement");
    if (!name) return std::unexpected(name.error());
    point_.measurement = std::move(*name);
    if (auto tags = parse_tags(); !tags) return std::unexpected(tags.error());
    if (auto fields = parse_fields(); !fields) return std::unexpected(fields.error());
    if (at_ < line_.size()) {
      const std::string_view stamp = line_.substr(at_ + 1);
      point_.timestamp = parse_signed(stamp);
      if (!point_.timestamp)
        return mistake(at_ + 1, stamp.empty() ? "a space at the end of the line"
                                              : "the timestamp is not a 64-bit integer");
    }
    return std::move(point_);
  }

 private:
  std::unexpected<Error> mistake(std::size_t at, std::string_view what, std::string remedy = {}) const {
    return fail(fmt::format("line {}, column {}: {}", number_, at + 1, what), std::move(remedy));
  }

  // The name from here to the first of `ends` that is not escaped, which is left to be read.
  Result<std::string> name_until(std::string_view ends, LineName kind, std::string_view what) {
    const std::string_view special = escaped_in(kind);
    const std::size_t start = at_;
    std::string name;
    for (;; ++at_) {
      if (at_ == line_.size()) return mistake(at_, fmt::format("the line ends within {}", what));
      const char c = line_[at_];
      if (is_control_character(c)) return mistake(at_, fmt::format("a control character in {}", what));
      if (c == '\\' && at_ + 1 < line_.size() && special.find(line_[at_ + 1]) != std::string_view::npos) {
        name += line_[++at_];
        continue;
      }
      if (ends.find(c) != std::string_view::npos) break;
      // A quote in a field's key is written both ways; only VictoriaMetrics minds it bare.
      if (c != '"' && special.find(c) != std::string_view::npos)
        return mistake(at_, fmt::format("a bare '{}' in {}", c, what), "write a backslash in front of it");
      name += c;
    }
    if (at_ == start) return mistake(at_, fmt::format("{} is empty", what));
    return name;
  }

  Result<> parse_tags() {
    std::set<std::string_view> keys;
    std::vector<std::size_t> columns;
    while (line_[at_] == ',') {
      columns.push_back(++at_);
      auto key = name_until("=", LineName::tag, "a tag's key");
      if (!key) return std::unexpected(key.error());
      ++at_;
      auto value = name_until(", ", LineName::tag, "a tag's value");
      if (!value) return std::unexpected(value.error());
      point_.tags.push_back({std::move(*key), std::move(*value)});
    }
    for (std::size_t i = 0; i < point_.tags.size(); ++i)
      if (!keys.insert(point_.tags[i].key).second)
        return mistake(columns[i], fmt::format("the tag \"{}\" is there twice", point_.tags[i].key));
    std::ranges::sort(point_.tags, {}, &Tag::key);
    return {};
  }

  Result<> parse_fields() {
    std::set<std::string> keys;
    do {
      const std::size_t start = ++at_;
      auto key = name_until("=", LineName::field, "a field's key");
      if (!key) return std::unexpected(key.error());
      ++at_;
      if (!keys.insert(*key).second)
        return mistake(start, fmt::format("the field \"{}\" is there twice", *key));
      auto value = at_ < line_.size() && line_[at_] == '"' ? parse_string() : parse_bare_value();
      if (!value) return std::unexpected(value.error());
      point_.fields.push_back({std::move(*key), std::move(*value)});
      if (at_ < line_.size() && line_[at_] != ',' && line_[at_] != ' ')
        return mistake(at_, "expected a comma, a space or the end of the line behind a string");
    } while (at_ < line_.size() && line_[at_] == ',');
    return {};
  }

  Result<LineProtocolField::Value> parse_string() {
    const std::size_t start = at_;
    std::string text;
    for (++at_; at_ < line_.size(); ++at_) {
      char c = line_[at_];
      if (c == '"') {
        ++at_;
        return text;
      }
      if (c == '\n') break;
      if (c == '\\' && at_ + 1 < line_.size() && (line_[at_ + 1] == '"' || line_[at_ + 1] == '\\'))
        c = line_[++at_];
      text += c;
    }
    return mistake(start, "a string that does not end on its line", "write a line break as \\n");
  }

  Result<LineProtocolField::Value> parse_bare_value() {
    const std::size_t start = at_;
    at_ = std::min(line_.find_first_of(", ", at_), line_.size());
    const std::string_view text = line_.substr(start, at_ - start);
    if (text.empty()) return mistake(start, "a field without a value");
    for (const std::string_view word : {"t", "T", "true", "True", "TRUE"})
      if (text == word) return true;
    for (const std::string_view word : {"f", "F", "false", "False", "FALSE"})
      if (text == word) return false;
    const std::string_view digits = text.substr(0, text.size() - 1);
    if (text.back() == 'i') {
      if (const auto value = parse_signed(digits)) return *value;
      return mistake(start, "not an integer within -2^63 and 2^63 - 1");
    }
    if (text.back() == 'u') {
      if (const auto value = parse_unsigned(digits)) return *value;
      return mistake(start, "not an unsigned integer within 0 and 2^64 - 1");
    }
    // parse_real takes "inf" and "nan" too.
    if (text.find_first_not_of("+-.0123456789eE") == std::string_view::npos)
      if (const auto value = parse_real(text)) return *value;
    return mistake(start, "not a finite number, a boolean or a string in quotes",
                   "write \"…\" around texts, and i behind integers");
  }

  std::string_view line_;
  std::size_t number_;
  std::size_t at_ = 0;
  LineProtocolPoint point_;
};

}  // namespace

Result<LineProtocolPoint> parse_line_protocol(std::string_view line, std::size_t line_number) {
  return Parser(line, line_number).parse();
}

std::optional<Result<LineProtocolPoint>> LineProtocolReader::next() {
  while (auto line = next_line(rest_)) {
    ++line_number_;
    if (line->ends_with('\r')) line->remove_suffix(1);
    if (line->empty() || line->starts_with('#')) continue;
    return parse_line_protocol(*line, line_number_);
  }
  return std::nullopt;
}

}  // namespace collector
