#include "tests/support/prometheus_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "collector/core/numbers.h"
#include "collector/formats/json_text.h"

namespace collector::test {
namespace {

bool is_name(std::string_view name, bool of_metric) {
  const auto fits = [of_metric](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (of_metric && c == ':');
  };
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') && std::ranges::all_of(name, fits);
}

std::optional<double> number(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();
  if (text.find_first_not_of("+-.0123456789e") != std::string_view::npos) return std::nullopt;
  return parse_real(text);
}

class Reader {
 public:
  Result<> take(std::string_view line) {
    ++line_number_;
    rest_ = line;
    if (line.empty()) return mistake("an empty line");
    return line.starts_with('#') ? explanation() : sample();
  }
  std::map<std::string, PrometheusFamily> families;

 private:
  std::unexpected<Error> mistake(std::string_view what) const {
    return fail(fmt::format("line {}: {}", line_number_, what));
  }

  Result<> explanation() {
    const bool help = rest_.starts_with("# HELP ");
    if (!help && !rest_.starts_with("# TYPE ")) return mistake("neither HELP nor TYPE");
    rest_.remove_prefix(7);
    const std::string name(rest_.substr(0, rest_.find(' ')));
    rest_.remove_prefix(std::min(name.size() + 1, rest_.size()));
    if (!is_name(name, true)) return mistake("not a metric's name: " + name);
    if (help) {
      if (!families.emplace(name, PrometheusFamily{}).second) return mistake(name + " is explained twice");
      families[name].help = rest_;
      current_ = name;
      return {};
    }
    if (name != current_ || !families[name].type.empty()) return mistake("TYPE does not follow its HELP");
    if (rest_ != "counter" && rest_ != "gauge") return mistake("an unknown type");
    families[name].type = rest_;
    return {};
  }

  Result<> sample() {
    const std::string name(rest_.substr(0, rest_.find_first_of("{ ")));
    if (name != current_ || families[name].type.empty())
      return mistake("a sample that is not with its metric");
    rest_.remove_prefix(name.size());
    PrometheusSample made;
    if (rest_.starts_with('{'))
      if (auto read = labels(made); !read) return read;
    if (!rest_.starts_with(' ')) return mistake("no space before the value");
    const auto value = number(rest_.substr(1));
    if (!value) return mistake("not a number");
    made.value = *value;
    if (!seen_.emplace(name, made.labels).second) return mistake("a sample that is there twice");
    families[name].samples.push_back(std::move(made));
    return {};
  }

  Result<> labels(PrometheusSample& made) {
    do {
      rest_.remove_prefix(1);
      const auto equals = rest_.find("=\"");
      if (equals == std::string_view::npos) return mistake("a label without a value");
      const std::string name(rest_.substr(0, equals));
      if (!is_name(name, false)) return mistake("not a label's name: " + name);
      rest_.remove_prefix(equals + 2);
      std::string value;
      for (;; rest_.remove_prefix(1)) {
        if (rest_.empty()) return mistake("a label that does not end");
        if (rest_.front() == '"') break;
        if (rest_.front() != '\\') {
          value += rest_.front();
          continue;
        }
        rest_.remove_prefix(1);
        if (rest_.empty() || std::string_view("\\\"n").find(rest_.front()) == std::string_view::npos)
          return mistake("an unknown escape");
        value += rest_.front() == 'n' ? '\n' : rest_.front();
      }
      rest_.remove_prefix(1);
      if (!made.labels.emplace(name, value).second) return mistake("a label that is there twice");
    } while (rest_.starts_with(','));
    if (!rest_.starts_with('}')) return mistake("labels that do not end");
    rest_.remove_prefix(1);
    return {};
  }

  std::size_t line_number_ = 0;
  std::string_view rest_;
  std::string current_;
  std::set<std::pair<std::string, std::map<std::string, std::string>>> seen_;
};

}  // namespace

Result<std::map<std::string, PrometheusFamily>> read_prometheus(std::string_view text) {
  if (const auto at = find_invalid_utf8(text); at != std::string_view::npos)
    return fail(fmt::format("byte {} is not UTF-8", at));
  if (text.find('\0') != std::string_view::npos) return fail("a NUL");
  if (!text.ends_with('\n')) return fail("the last line does not end");
  Reader reader;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    if (auto read = reader.take(text.substr(begin, end - begin)); !read) return std::unexpected(read.error());
    begin = end + 1;
  }
  return std::move(reader.families);
}

}  // namespace collector::test
