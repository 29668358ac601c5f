// CSV (RFC 4180): lines as fields. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace collector::imports {

class CsvLines {
 public:
  // `text` outlives it. A byte order mark is passed over.
  explicit CsvLines(std::string_view text);

  // Of the line that was read last, from 1; a field may go on in further ones.
  std::size_t line() const { return line_; }
  // The separator is the first of , ; and tab that the first line has.
  // Nothing: the end. Empty lines are passed over.
  std::optional<std::vector<std::string>> next();

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t next_line_ = 1;
  std::size_t line_ = 0;
  char separator_ = ',';
};

}  // namespace collector::imports
