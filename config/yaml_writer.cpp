#include "config/yaml_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/core/units.h"
#include "config/mask.h"
#include "config/tree.h"

namespace collector {
namespace {

// Safe without quotes, in flow style too: no indicator, and nothing that YAML readers take for another type.
bool is_plain(std::string_view text) {
  static constexpr std::array<std::string_view, 9> words = {"true", "false", "on", "off", "yes",
                                                            "no",   "null",  "y",  "n"};
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '_';
  };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  if (text.empty() || !letter(text.front()) || !std::ranges::all_of(text, inner)) return false;
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::ranges::find(words, lower) == words.end();
}

std::string shown_text(std::string_view text, bool secret) {
  return yaml_text(secret ? std::string(masked_text) : mask_credentials(text));
}

}  // namespace

std::string yaml_text(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '$') {
      result += "$$";
    } else if (c == '\n') {
      result += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string yaml_value(const Setting& setting, const SettingValue& value, const std::string& path,
                       const SecretPaths& secret) {
  if (secret(path)) return yaml_text(masked_text);
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* duration = std::get_if<Duration>(&value)) return format_duration(*duration);
  if (const auto* size = std::get_if<std::uint64_t>(&value)) return format_size(*size);
  if (const auto* rate = std::get_if<double>(&value)) return format_rate(*rate);
  if (const auto* text = std::get_if<std::string>(&value))
    return shown_text(*text, setting.type == SettingType::secret);
  std::string inside;
  const auto add = [&](const std::string& part) { inside += (inside.empty() ? "" : ", ") + part; };
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    for (std::size_t i = 0; i < list->size(); ++i)
      add(shown_text((*list)[i], secret(fmt::format("{}[{}]", path, i))));
    return "[" + inside + "]";
  }
  if (const auto* map = std::get_if<std::map<std::string, std::string>>(&value))
    for (const auto& [name, text] : *map)
      add(yaml_text(name) + ": " + shown_text(text, secret(child_path(path, name))));
  if (const auto* rates = std::get_if<std::map<std::string, double>>(&value))
    for (const auto& [name, one] : *rates)
      add(yaml_text(name) + ": " +
          (secret(child_path(path, name)) ? yaml_text(masked_text) : format_rate(one)));
  return "{" + inside + "}";
}

void write_settings(std::span<const Setting> table, const Settings& settings, int indent,
                    const std::string& path, const SecretPaths& secret, std::string& out) {
  for (const Setting& setting : table) {
    const auto found = settings.values().find(setting.name);
    if (found == settings.values().end() || !settings.has(setting.name)) continue;
    const std::string own_path = child_path(path, setting.name);
    if (setting.type == SettingType::table) {
      out += fmt::format("{:{}}{}:\n", "", indent, setting.name);
      write_settings(setting.children, settings.table(setting.name), indent + 2, own_path, secret, out);
    } else {
      out += fmt::format("{:{}}{}: {}\n", "", indent, setting.name,
                         yaml_value(setting, found->second, own_path, secret));
    }
  }
}

}  // namespace collector
