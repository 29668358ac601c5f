// Function: one row of the table of functions that targets may have. Reading its arguments, what is said of a
// wrong one and the list that Grafana offers (/graphite/functions) derive from the rows; a new function is a
// row in one of the files functions_*.cpp.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/history/zone.h"
#include "collector/web/graphite/line.h"
#include "collector/web/graphite/target.h"

namespace collector::web::graphite {

enum class ArgumentType : std::uint8_t {
  series,  // a list of lines
  number,
  integer,
  text,
  boolean,
  node,      // which node of a name, from 0, below 0 from its end; or a tag's name
  interval,  // "1d"
  count_or_interval,
};

struct Argument {
  std::string_view name;
  ArgumentType type = ArgumentType::series;
  bool required = true;
  bool multiple = false;               // the last one: as often as wanted
  std::string_view default_text = {};  // that Grafana begins with
  std::span<const std::string_view> choices = {};
};

// The arguments of one call, by their names; checked. Asking for one that the row does not have is a
// programming error.
class Arguments {
 public:
  static Result<Arguments> read(const Target& call, std::span<const Argument> rows);

  bool has(std::string_view name) const { return values_.contains(name); }
  double number(std::string_view name) const { return one(name).number; }
  const std::string& text(std::string_view name) const { return one(name).text; }
  bool boolean(std::string_view name) const { return has(name) && one(name).number != 0; }
  std::chrono::seconds interval(std::string_view name) const;
  // Of a `multiple` one; empty: none is given.
  std::vector<const Target*> all(std::string_view name) const;

 private:
  const Target& one(std::string_view name) const { return *values_.find(name)->second.front(); }
  std::map<std::string_view, std::vector<const Target*>, std::less<>>
      values_;  // of the call, which outlives it
};

// What a call is made in.
struct Surroundings {
  Edges edges;  // of the columns that are wanted of it
  const history::Zone& zone;
  const Target& call;

  history::Interval range() const { return {edges->front(), edges->back()}; }
};

struct Function {
  std::string_view name;
  std::string_view short_name = {};
  std::string_view group;  // Grafana lists them so
  std::string_view sentence;
  std::span<const Argument> arguments = {};
  // Its lists of series, each in the order of the arguments.
  Result<Lines> (*apply)(const Arguments& arguments, std::vector<Lines> lists,
                         const Surroundings& in) = nullptr;
  // The columns that its series are read in; without it those that are wanted of it.
  Result<Edges> (*columns)(const Arguments& arguments, const Surroundings& in) = nullptr;
};

std::span<const Function> alias_functions();
std::span<const Function> combine_functions();
std::span<const Function> select_functions();     // filtering and sorting
std::span<const Function> time_functions();       // other times and other columns
std::span<const Function> transform_functions();  // each line by itself

// All groups' rows, by name.
std::span<const Function* const> functions();
// Fails with the name that is near, or with what to do instead; else with all there are.
Result<const Function*> find_function(std::string_view name);
// What /graphite/functions answers: JSON, as Graphite describes its own.
std::string functions_json();

// Shared by the rows.
inline constexpr Argument series_argument{.name = "seriesList"};
inline constexpr std::array only_series{series_argument};
inline constexpr Argument several_series{.name = "seriesLists", .multiple = true};
Lines joined(std::vector<Lines> lists);
// "scale(NAME,8)": what a line is called that a call has changed.
void rename(Line& line, const Target& call);
// Fails where rates and amounts, or lines of other columns, would be put together.
Result<> check_alike(const Lines& lines, const Target& call);

}  // namespace collector::web::graphite
