#include "collector/web/parameter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "collector/core/numbers.h"
#include "config/suggest.h"

namespace collector::web {
namespace {

// Why a value is none of its row's; nothing: it is one.
std::optional<ParameterMistake> mistake_in(const Parameter& row, const std::string& value) {
  const auto wrong = [&](std::string what, std::string attempt) {
    return ParameterMistake{std::string(row.name), value, std::move(what), std::move(attempt)};
  };
  switch (row.type) {
    case ParameterType::integer: {
      const auto number = parse_number<std::int64_t>(value);
      if (!number) return wrong("not a whole number", std::string(row.default_text));
      if (*number < row.minimum || *number > row.maximum)
        return wrong(fmt::format("not within {} and {}", row.minimum, row.maximum),
                     fmt::format("{}", std::clamp(*number, row.minimum, row.maximum)));
      return std::nullopt;
    }
    case ParameterType::boolean:
      // By its name alone it is true.
      if (value.empty() || value == "true" || value == "false" || value == "1" || value == "0")
        return std::nullopt;
      return wrong("neither true nor false", "true");
    case ParameterType::choice: {
      if (std::ranges::find(row.choices, value) != row.choices.end()) return std::nullopt;
      const auto near = nearest(value, row.choices);
      return wrong("none of " + joined(row.choices), std::string(near));
    }
    case ParameterType::text:
    case ParameterType::texts:
    case ParameterType::each:
    case ParameterType::time:
    case ParameterType::zone:
      break;
  }
  if (value.empty()) return wrong("empty", std::string(row.default_text));
  return std::nullopt;
}

// What is no parameter may be a wrong name with a value that another one has: by=hour, where it is of=hour.
std::string meant_by(const std::string& name, const std::string& value,
                     const std::vector<std::string_view>& names, std::span<const Parameter> table) {
  if (const auto near = nearest(name, names); !near.empty()) return std::string(near);
  const auto row = std::ranges::find_if(table, [&](const Parameter& each) {
    return std::ranges::find(each.choices, value) != each.choices.end();
  });
  return row == table.end() ? "" : std::string(row->name);
}

}  // namespace

std::vector<std::string> split_escaped(std::string_view text, char at) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == at)
      parts.emplace_back();
    else if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == at)
      parts.back() += text[++i];
    else
      parts.back() += text[i];
  }
  return parts;
}

bool Values::has(std::string_view name) const {
  return !text(name).empty();
}

const std::string& Values::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::logic_error(fmt::format("no parameter {}", name));
  return found->second;
}

std::vector<std::string> Values::texts(std::string_view name) const {
  std::vector<std::string> parts = split_escaped(text(name), ',');
  std::erase(parts, "");
  return parts;
}

const std::vector<std::string>& Values::each(std::string_view name) const {
  const auto found = each_.find(name);
  if (found == each_.end()) throw std::logic_error(fmt::format("{} is given once", name));
  return found->second;
}

std::int64_t Values::integer(std::string_view name) const {
  const auto number = parse_number<std::int64_t>(text(name));
  if (!number) throw std::logic_error(fmt::format("parameter {} has no number", name));
  return *number;
}

bool Values::boolean(std::string_view name) const {
  const std::string& value = text(name);
  return value == "true" || value == "1";
}

ReadParameters read_parameters(std::span<const Parameter> table,
                               const std::map<std::string, std::string>& path, const http::Headers& given) {
  ReadParameters read;
  std::map<std::string, std::string> query;
  for (const http::Header& one : given) {
    const auto row = std::ranges::find_if(
        table, [&](const Parameter& each) { return !each.in_path && each.name == one.name; });
    const auto type = row == table.end() ? ParameterType::each : row->type;
    const auto [known, is_first] = query.try_emplace(one.name, one.value);
    if (is_first || known->second == one.value) continue;
    // Lists may come in parts, as programs send them: field=a&field=b.
    if (type == ParameterType::texts)
      known->second += "," + one.value;
    else if (type != ParameterType::each)
      read.mistakes.push_back({one.name, one.value, "given twice", known->second});
  }
  std::vector<std::string_view> names;
  for (const Parameter& row : table) {
    if (!row.in_path) names.push_back(row.name);
    const auto& of = row.in_path ? path : query;
    const auto found = of.find(std::string(row.name));
    std::string value(row.default_text);
    if (found == of.end()) {
      if (row.required) read.mistakes.push_back({std::string(row.name), "", "missing", ""});
    } else if (auto mistake = mistake_in(row, found->second)) {
      read.mistakes.push_back(std::move(*mistake));
    } else {
      value = row.type == ParameterType::boolean && found->second.empty() ? "true" : found->second;
    }
    if (row.type == ParameterType::each) {
      std::vector<std::string>& all = read.values.each_[std::string(row.name)];
      for (const http::Header& one : given)
        if (one.name == row.name && !one.value.empty()) all.push_back(one.value);
    }
    read.values.values_.emplace(row.name, std::move(value));
  }
  for (const auto& [name, value] : query)
    if (std::ranges::find(names, name) == names.end())
      read.mistakes.push_back({name, value, "no parameter here", meant_by(name, value, names, table)});
  return read;
}

}  // namespace collector::web
