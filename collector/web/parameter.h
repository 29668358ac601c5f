// Parameter: one row of a route's table of parameters. Parsing, checking, the OpenAPI document and the tests
// that try every route derive from these rows; nothing about a parameter is written down twice.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/web/problem.h"

namespace collector::web {

enum class ParameterType : std::uint8_t {
  text,
  texts,    // a,b,c, a comma of a name as \,; given more than once they are one list
  each,     // may be given more than once
  integer,  // within [minimum, maximum]
  boolean,  // true, false, 1, 0
  choice,   // one of `choices`
  time,     // as --from and --to: history/time_words.h says what it means
  zone,     // a name of the time zone database
};

struct Parameter {
  std::string_view name = {};
  ParameterType type = ParameterType::text;
  std::string_view sentence = {};
  std::string_view default_text = {};  // as it would be asked with; empty: none
  bool required = false;
  std::span<const std::string_view> choices = {};
  std::int64_t minimum = 0;
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  bool in_path = false;  // "{year}" of the route's path; required
};

struct ReadParameters;

// The parts between the marks `at`; one with a backslash before it is none.
std::vector<std::string> split_escaped(std::string_view text, char at);

// The checked values of one request. Asking for a name or a type that the route's table does not have is a
// programming error: std::logic_error.
class Values {
 public:
  bool knows(std::string_view name) const { return values_.contains(name); }  // is one of the table's
  bool has(std::string_view name) const;                                      // given, or by default
  const std::string& text(std::string_view name) const;  // text, choice, time, zone; empty: not given
  std::vector<std::string> texts(std::string_view name) const;
  const std::vector<std::string>& each(std::string_view name) const;  // in the order they came
  std::int64_t integer(std::string_view name) const;
  bool boolean(std::string_view name) const;

 private:
  friend ReadParameters read_parameters(std::span<const Parameter> table,
                                        const std::map<std::string, std::string>& path,
                                        const http::Headers& given);
  std::map<std::string, std::string, std::less<>> values_;             // of all rows; empty: not given
  std::map<std::string, std::vector<std::string>, std::less<>> each_;  // of those of that type
};

struct ReadParameters {
  Values values;  // in place of a mistaken one its default
  std::vector<ParameterMistake> mistakes;
};

// All mistakes at once: unknown names (with what is near), values of another form, what is missing. Times and
// zones are only looked at for being there: what they mean depends on the history's zone (asked.h). A
// name that is given twice with two values is a mistake, but one of `texts` and `each`.
ReadParameters read_parameters(std::span<const Parameter> table,
                               const std::map<std::string, std::string>& path, const http::Headers& given);

}  // namespace collector::web
