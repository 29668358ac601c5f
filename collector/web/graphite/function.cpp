#include "collector/web/graphite/function.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "collector/web/graphite/graphite_time.h"
#include "collector/web/json_answer.h"
#include "config/suggest.h"

namespace collector::web::graphite {
namespace {

// What is none of the functions although Graphite has it, and what does the same here.
struct Instead {
  std::string_view name;
  std::string_view what;
};
constexpr std::array<Instead, 8> instead{
    {{"consolidateBy", "a name's end says how columns are made: rate, peak, sum; mean, min, max"},
     {"seriesByTag", "write the name: collector.HOST.net.INTERFACE.bytes_recv.rate"},
     {"hitcount", "write summarize(….sum, '1h', 'sum')"},
     {"smartSummarize", "write summarize(…, '1h', 'sum', true)"},
     {"cumulative", "write the name that ends in .sum"},
     {"stacked", "Grafana stacks: Graph styles, Stack series"},
     {"secondYAxis", "Grafana has a second axis: Axis, Placement"},
     {"color", "Grafana has colours: Overrides"}}};

std::string_view type_name(const Argument& row) {
  switch (row.type) {
    case ArgumentType::series:
      return row.multiple ? "seriesLists" : "seriesList";
    case ArgumentType::number:
      return "float";
    case ArgumentType::integer:
      return "integer";
    case ArgumentType::boolean:
      return "boolean";
    case ArgumentType::node:
      return "nodeOrTag";
    case ArgumentType::interval:
      return "interval";
    case ArgumentType::count_or_interval:
      return "intOrInterval";
    case ArgumentType::text:
      break;
  }
  return "string";
}

bool is_series(const Target& target) {
  return target.kind == Target::Kind::path || target.kind == Target::Kind::call;
}

// What is wrong with an argument; nothing: it is of its row's type.
std::optional<std::string> mistake_in(const Target& given, const Argument& row) {
  using Kind = Target::Kind;
  const bool is_number = given.kind == Kind::number;
  const bool is_text = given.kind == Kind::text;
  const bool is_whole = is_number && given.number == std::trunc(given.number) && std::abs(given.number) < 1e9;
  switch (row.type) {
    case ArgumentType::series:
      if (is_series(given)) return std::nullopt;
      return "is no series";
    case ArgumentType::number:
      if (is_number) return std::nullopt;
      return "is no number";
    case ArgumentType::integer:
      if (is_whole) return std::nullopt;
      return "is no whole number";
    case ArgumentType::boolean:
      if (given.kind == Kind::boolean) return std::nullopt;
      return "is neither true nor false";
    case ArgumentType::node:
      if (is_whole || is_text) return std::nullopt;
      return "is neither a node's number nor a tag";
    case ArgumentType::interval:
      if (is_text && length_of(given.text)) return std::nullopt;
      return "is no time such as '1d', '1h' or '10min'";
    case ArgumentType::count_or_interval:
      if ((is_whole && given.number >= 1) || (is_text && length_of(given.text))) return std::nullopt;
      return "is neither a number of columns nor a time such as '1h'";
    case ArgumentType::text:
      break;
  }
  if (!is_text) return "is no text in quotes";
  if (row.choices.empty() || std::ranges::find(row.choices, given.text) != row.choices.end())
    return std::nullopt;
  return fmt::format("is none of {}", collector::joined(row.choices));
}

const Argument* row_of(const Target& given, std::size_t place, std::span<const Argument> rows) {
  if (!given.keyword.empty()) {
    const auto found = std::ranges::find(rows, given.keyword, &Argument::name);
    return found == rows.end() ? nullptr : &*found;
  }
  if (place < rows.size()) return &rows[place];
  return !rows.empty() && rows.back().multiple ? &rows.back() : nullptr;
}

}  // namespace

Result<Arguments> Arguments::read(const Target& call, std::span<const Argument> rows) {
  Arguments arguments;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const Target& given = call.arguments[i];
    const Argument* row = row_of(given, i, rows);
    if (row == nullptr && !given.keyword.empty())
      return fail(fmt::format("{}() has no argument '{}'", call.text, given.keyword));
    if (row == nullptr)
      return fail(fmt::format("{}() has {} arguments at most", call.text, rows.size()),
                  fmt::format("leave {} out", given.written));
    if (const auto wrong = mistake_in(given, *row))
      return fail(fmt::format("{}(): '{}', its {}, {}", call.text, given.written, row->name, *wrong));
    auto& values = arguments.values_[row->name];
    if (!values.empty() && !row->multiple)
      return fail(fmt::format("{}() is given its {} twice", call.text, row->name));
    values.push_back(&given);
  }
  for (const Argument& row : rows)
    if (row.required && !arguments.has(row.name))
      return fail(fmt::format("{}() needs its {}", call.text, row.name));
  return arguments;
}

std::chrono::seconds Arguments::interval(std::string_view name) const {
  return length_of(text(name)).value_or(std::chrono::seconds(1));
}

std::vector<const Target*> Arguments::all(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<const Target*>{} : found->second;
}

std::span<const Function* const> functions() {
  static const std::vector<const Function*> all = [] {
    std::vector<const Function*> rows;
    for (const auto group :
         {&alias_functions, &combine_functions, &select_functions, &time_functions, &transform_functions})
      for (const Function& row : group())
        rows.push_back(&row);
    std::ranges::sort(rows, {}, [](const Function* row) { return row->name; });
    return rows;
  }();
  return all;
}

Result<const Function*> find_function(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Function* row : functions()) {
    if (row->name == name || (!row->short_name.empty() && row->short_name == name)) return row;
    names.push_back(row->name);
  }
  const auto known = std::ranges::find(instead, name, &Instead::name);
  return fail(fmt::format("there is no function {}() here", name),
              known != instead.end() ? std::string(known->what) : suggest(name, names, "there are"));
}

std::string functions_json() {
  JsonAnswer out;
  out.open('{');
  for (const Function* row : functions()) {
    out.key(row->name).open('{').member("name", row->name).member("group", row->group);
    out.member("description", row->sentence).member("module", "collector");
    out.member("function", fmt::format("{}({})", row->name,
                                       fmt::join(
                                           [&] {
                                             std::vector<std::string_view> names;
                                             for (const Argument& one : row->arguments)
                                               names.push_back(one.name);
                                             return names;
                                           }(),
                                           ", ")));
    out.key("params").open('[');
    for (const Argument& one : row->arguments) {
      out.open('{').member("name", one.name).member("type", type_name(one)).member("required", one.required);
      if (one.multiple) out.member("multiple", true);
      if (!one.default_text.empty()) out.member("default", one.default_text);
      if (!one.choices.empty()) {
        out.key("options").open('[');
        for (const std::string_view choice : one.choices)
          out.item(choice);
        out.close(']');
      }
      out.close('}');
    }
    out.close(']').close('}');
  }
  return out.close('}').take();
}

Lines joined(std::vector<Lines> lists) {
  Lines all;
  for (Lines& list : lists)
    std::ranges::move(list, std::back_inserter(all));
  return all;
}

void rename(Line& line, const Target& call) {
  std::string arguments;
  for (const Target& one : call.arguments)
    if (!is_series(one)) arguments += "," + one.written;
  line.name = fmt::format("{}({}{})", call.text, line.name, arguments);
}

Result<> check_alike(const Lines& lines, const Target& call) {
  const Line* first = nullptr;  // that is no level
  for (const Line& line : lines) {
    if (*line.edges != *lines.front().edges)
      return fail(fmt::format("{}(): {} and {} have other columns", call.text, lines.front().name, line.name),
                  "summarize them alike");
    if (line.measure == Measure::level) continue;
    if (first == nullptr) first = &line;
    if (first->measure != line.measure)
      return fail(fmt::format("{}(): of {} and {} one is a rate and the other an amount", call.text,
                              first->name, line.name),
                  "write .rate of both, or .sum");
  }
  return {};
}

}  // namespace collector::web::graphite
