#include "tests/samplers/sampler_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "collector/core/scanner.h"
#include "collector/core/units.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

template <typename T>
T checked(const Setting& setting, std::string_view text, const Result<T>& result) {
  if (result) return *result;
  throw std::runtime_error(fmt::format("setting {}: \"{}\": {}", setting.name, text, result.error().text()));
}

std::string_view trimmed(std::string_view text) {
  const auto start = text.find_first_not_of(" \"'");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \"'") - start + 1);
}

// The elements of "[a, b]" or "{k: v, k: v}".
std::vector<std::string> elements(const Setting& setting, std::string_view text, char open, char close) {
  if (text.size() < 2 || text.front() != open || text.back() != close)
    throw std::runtime_error(
        fmt::format("setting {}: \"{}\" is not within {}{}", setting.name, text, open, close));
  text = text.substr(1, text.size() - 2);
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    out.emplace_back(trimmed(text.substr(0, comma)));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return out;
}

std::pair<std::string, std::string> key_and_value(std::string_view text) {
  const auto colon = text.find(": ");
  if (colon == std::string_view::npos)
    throw std::runtime_error(fmt::format("\"{}\" is not key: value", text));
  return {std::string(trimmed(text.substr(0, colon))), std::string(trimmed(text.substr(colon + 2)))};
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

SettingValue setting_value(const Setting& setting, std::string_view text) {
  switch (setting.type) {
    case SettingType::boolean:
      if (text != "true" && text != "false")
        throw std::runtime_error(fmt::format("setting {}: \"{}\" is not true or false", setting.name, text));
      return text == "true";
    case SettingType::integer:
      return checked(setting, text, parse_integer(text));
    case SettingType::choice:
      if (std::ranges::find(setting.choices, text) == setting.choices.end())
        throw std::runtime_error(
            fmt::format("setting {}: \"{}\" is none of its choices", setting.name, text));
      return std::string(text);
    case SettingType::text:
    case SettingType::secret:
    case SettingType::path:
      return std::string(trimmed(text));
    case SettingType::duration:
      return checked(setting, text, parse_duration(text));
    case SettingType::size:
      return checked(setting, text, parse_size(text));
    case SettingType::rate:
      if (std::ranges::find(setting.choices, text) != setting.choices.end()) return std::string(text);
      return checked(setting, text, parse_rate(text));
    case SettingType::list:
      return elements(setting, text, '[', ']');
    case SettingType::map: {
      std::map<std::string, std::string> out;
      for (const std::string& element : elements(setting, text, '{', '}'))
        out.insert(key_and_value(element));
      return out;
    }
    case SettingType::rates: {
      std::map<std::string, double> out;
      for (const std::string& element : elements(setting, text, '{', '}')) {
        const auto [key, value] = key_and_value(element);
        out.emplace(key, checked(setting, value, parse_rate(value)));
      }
      return out;
    }
    case SettingType::table:
      return std::make_shared<const Settings>(make_settings(setting.children));
  }
  throw std::logic_error("unknown type of setting");
}

Settings make_settings(std::span<const Setting> table, const std::map<std::string, std::string>& given) {
  Settings settings;
  for (const Setting& setting : table) {
    const bool has_value = !setting.default_text.empty() || setting.type == SettingType::table;
    settings.set(setting.name, has_value ? setting_value(setting, setting.default_text) : SettingValue{});
  }
  for (const auto& [name, text] : given) {
    // "interfaces.exclude" sets a child of a nested table.
    const auto dot = name.find('.');
    const auto found = std::ranges::find(table, std::string_view(name).substr(0, dot), &Setting::name);
    if (found == table.end()) throw std::runtime_error("there is no setting " + name);
    if (dot == std::string::npos) {
      settings.set(name, setting_value(*found, text));
      continue;
    }
    std::map<std::string, std::string> nested;
    for (const auto& [other_name, other_text] : given)
      if (other_name.starts_with(name.substr(0, dot + 1)))
        nested.emplace(other_name.substr(dot + 1), other_text);
    settings.set(found->name, std::make_shared<const Settings>(make_settings(found->children, nested)));
  }
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
                       const std::map<std::string, std::string>& settings)
    : files_(root), settings_(make_settings(type.component.settings, settings)) {
  sampler_ = type.create(SamplerContext{files_, series, settings_, clock});
}

std::string SamplerRun::reading() {
  if (const auto result = sample(); !result) {
    std::string what = result.error().what;
    for (auto at = what.find(files_.root().string()); at != std::string::npos;
         at = what.find(files_.root().string()))
      what.erase(at, files_.root().string().size());
    return (result.error().kind == SampleError::Kind::absent ? "absent: " : "failed: ") + what + "\n";
  }
  std::string out;
  for (const Reading& reading : sample_.readings())
    out += reading_text(sample_, reading);
  return out;
}

}  // namespace collector::test
