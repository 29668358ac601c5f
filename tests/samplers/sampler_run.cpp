#include "tests/samplers/sampler_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "collector/core/scanner.h"
#include "config/problems.h"
#include "config/table_reader.h"
#include "config/yaml_reader.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

// Puts a value at "name" or "name.child" into a map of the configuration's tree.
void put(TreeNode& node, std::string_view name, TreeNode value) {
  const auto dot = name.find('.');
  const std::string key(name.substr(0, dot));
  auto entry = std::ranges::find(node.entries, key, &TreeEntry::key);
  if (entry == node.entries.end()) entry = node.entries.insert(entry, {key, {}, {}});
  if (dot == std::string_view::npos) {
    entry->value = std::move(value);
    return;
  }
  entry->value.kind = TreeNode::Kind::map;
  put(entry->value, name.substr(dot + 1), std::move(value));
}

std::string value_text(const Field& field, const Value& value) {
  switch (value.type()) {
    case Value::Type::integer:
      return std::to_string(value.as_integer());
    case Value::Type::counter:
      return std::to_string(value.as_counter());
    case Value::Type::real:
      return fmt::format("{:.6g}", value.as_real());
    case Value::Type::text:
      return '"' + value.as_text() + '"';
    case Value::Type::absent:
      break;
  }
  throw std::logic_error(field.name + " is absent");
}

// A sampler that delivers another type than its measurement declares breaks everything behind it.
void check_type(const Measurement& measurement, const Field& field, const Value& value) {
  const bool right = field.kind == FieldKind::counter ? value.type() == Value::Type::counter
                     : field.kind == FieldKind::state ? value.type() == Value::Type::text
                     : field.type == FieldType::real  ? value.type() == Value::Type::real
                                                      : value.type() == Value::Type::integer;
  if (!right) throw std::logic_error(measurement.name + "." + field.name + " has another type than declared");
}

std::string reading_text(const Sample& sample, const Reading& reading) {
  std::string out = reading.series->text();
  if (reading.space != 0) out += fmt::format(" space={}", reading.space);
  if (reading.object != 0) out += fmt::format(" object={}", reading.object);
  if (reading.born) out += " born";
  if (reading.report == Report::when_moving) out += " report=when_moving";
  if (reading.report == Report::never) out += " report=never";
  if (reading.byte_limit != 0) out += fmt::format(" byte_limit={:.6g}", reading.byte_limit);
  const Measurement& measurement = reading.series->measurement();
  const auto values = sample.values(reading);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].present()) continue;
    check_type(measurement, measurement.fields[i], values[i]);
    out += fmt::format(" {}={}", measurement.fields[i].name, value_text(measurement.fields[i], values[i]));
  }
  return out + "\n";
}

}  // namespace

Settings make_settings(std::span<const Setting> table, const std::map<std::string, std::string>& given) {
  Problems problems("settings");
  TreeNode tree;
  tree.kind = TreeNode::Kind::map;
  for (const auto& [name, text] : given)
    if (auto value = read_yaml(text, problems)) put(tree, name, std::move(*value));
  Settings settings = read_table(table, tree, {}, "", {}, problems);
  if (!problems.empty()) throw std::runtime_error(problems.take().front().text());
  return settings;
}

std::map<std::string, std::string> case_settings(const std::filesystem::path& folder) {
  std::map<std::string, std::string> given;
  if (!std::filesystem::exists(folder / "settings")) return given;
  const std::string text = read_file(folder / "settings");
  std::string_view rest = text;
  while (const auto line = next_line(rest)) {
    const auto colon = line->find(": ");
    if (colon == std::string_view::npos)
      throw std::runtime_error("settings: not name: value: " + std::string(*line));
    given.emplace(line->substr(0, colon), line->substr(colon + 2));
  }
  return given;
}

const SamplerType& sampler_type(std::string_view name) {
  for (const SamplerType& type : sampler_types())
    if (type.component.name == name) return type;
  throw std::runtime_error(fmt::format("there is no sampler {}", name));
}

SamplerRun::SamplerRun(const SamplerType& type, const std::filesystem::path& root,
                       const std::map<std::string, std::string>& settings, const SelfMetrics* self)
    : files_(root), settings_(make_settings(type.component.settings, settings)) {
  sampler_ = type.create(SamplerContext{files_, series, settings_, clock, self});
}

std::string SamplerRun::reading() {
  const auto line = [&](std::string_view kind, std::string what) {
    const std::string root = files_.root().string();
    for (auto at = what.find(root); root != "/" && at != std::string::npos; at = what.find(root))
      what.erase(at, root.size());
    return fmt::format("{}: {}\n", kind, what);
  };
  if (const auto result = sample(); !result)
    return line(result.error().kind == SampleError::Kind::absent ? "absent" : "failed", result.error().what);
  std::string out;
  for (const Reading& reading : sample_.readings())
    out += reading_text(sample_, reading);
  const Remarks& remarks = sample_.remarks;
  if (remarks.rejected() > 0) out += line("rejected", remarks.rejected_text());
  if (!remarks.warning().empty()) out += line("warning", remarks.warning());
  if (!remarks.notice().empty()) out += line("notice", remarks.notice());
  return out;
}

}  // namespace collector::test
