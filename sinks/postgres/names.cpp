#include "sinks/postgres/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/formats/json_text.h"
#include "collector/formats/sql_identifier.h"
#include "collector/formats/text_encoding.h"

namespace collector::postgres_store {
namespace {

constexpr std::size_t longest_identifier = 63;  // NAMEDATALEN - 1, in bytes
constexpr std::string_view tag_prefix = "tag_";
constexpr std::size_t longest_view = 48;  // leaves room for a suffix

constexpr std::array<std::string_view, 3> own_tables{"series", "position", "schema_version"};
constexpr std::array<std::string_view, 6> fixed_columns{"time", "source", "series_id",
                                                        "span", "flags",  "host"};

std::string_view without_underscores(std::string_view name) {
  while (name.ends_with('_'))
    name.remove_suffix(1);
  return name;
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::size_t mark_size = 17;  // "_" and sixteen digits

bool ends_in_mark(std::string_view name) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return name.size() >= mark_size && name[name.size() - mark_size] == '_' &&
         std::ranges::all_of(name.substr(name.size() - mark_size + 1), is_digit);
}

// As it is where it fits; else altered, with a mark of what it was. What looks as if it had one gets its own.
std::string fitting(std::string_view original, std::size_t longest) {
  std::string name = clean(original);
  const bool plain = !name.empty() && std::ranges::all_of(name, is_plain);
  if (plain && name.size() <= longest && !ends_in_mark(name)) return name;
  std::ranges::replace_if(name, [](char c) { return !is_plain(c); }, '_');
  if (name.size() > longest - mark_size) {
    std::size_t end = longest - mark_size;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80)
      --end;
    name.resize(end);
  }
  return name + fmt::format("_{:016x}", hash_of(original));
}

}  // namespace

std::string identifier_if_needed(std::string_view name) {
  // A keyword passes for a plain name here only where it makes no difference: every plain name that is one is
  // quoted too.
  static constexpr std::array<std::string_view, 8> keywords{"from",  "to",    "user",  "table",
                                                            "order", "group", "limit", "end"};
  const bool plain = !name.empty() && name.size() <= longest_identifier &&
                     !(name.front() >= '0' && name.front() <= '9') && std::ranges::all_of(name, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                     });
  const bool keyword = std::ranges::find(keywords, name) != keywords.end();
  return plain && !keyword ? std::string(name) : sql_identifier(name);
}

std::string relation_name(std::string_view schema, std::string_view name) {
  return sql_identifier(schema) + '.' + sql_identifier(name);
}

std::string literal(std::string_view text) {
  const bool escapes = text.find('\\') != std::string_view::npos;
  std::string out = escapes ? " E'" : "'";
  out.reserve(text.size() + 4);
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return out + '\'';
}

std::string view_name(std::string_view measurement) {
  std::string name = fitting(measurement, longest_view);
  const auto stem = without_underscores(name);
  // Those of tables and of their indexes.
  const bool taken = std::ranges::find(own_tables, stem) != own_tables.end() || stem.ends_with("_data") ||
                     stem.ends_with("_data_time");
  return taken ? name + '_' : name;
}

std::string table_name(std::string_view measurement) {
  return view_name(measurement) + "_data";
}

std::string column_name(std::string_view field) {
  std::string name = fitting(field, longest_identifier - 1);
  const bool taken = std::ranges::find(fixed_columns, without_underscores(name)) != fixed_columns.end();
  return taken ? name + '_' : name;
}

std::optional<std::string> tag_column_name(std::string_view key, std::span<const std::string> columns) {
  const auto taken = [&](std::string_view name) {
    return std::ranges::find(fixed_columns, name) != fixed_columns.end() ||
           std::ranges::find(columns, name) != columns.end();
  };
  if (key.empty() || key.size() + tag_prefix.size() > longest_identifier || clean(key) != key)
    return std::nullopt;
  if (taken(key)) return std::string(tag_prefix) + std::string(key);
  if (key.starts_with(tag_prefix) && taken(key.substr(tag_prefix.size()))) return std::nullopt;
  return std::string(key);
}

std::string tag_of_column(std::string_view name, std::span<const std::string> columns) {
  if (name.starts_with(tag_prefix)) {
    const auto key = name.substr(tag_prefix.size());
    if (tag_column_name(key, columns) == name) return std::string(key);
  }
  return std::string(name);
}

std::string clean(std::string_view text) {
  return encode_text(text, Unfit::nul);
}

std::string json_object(std::span<const Tag> tags) {
  std::string out = "{";
  for (const Tag& tag : tags) {
    if (out.size() > 1) out += ',';
    append_json_string(clean(tag.key), out);
    out += ':';
    append_json_string(clean(tag.value), out);
  }
  return out + '}';
}

}  // namespace collector::postgres_store
