// Names in the database. All follow from the measurement alone, so that a sync need not ask the server for
// them, and each stands for one thing: what collides or does not fit is altered by a rule that never gives
// two things one name.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collector/core/series.h"

namespace collector::postgres_store {

// A hash of text that never changes, because it is in databases: FNV-1a of 64 bits, its bits mixed once more.
// `salt` gives another one for the same text.
constexpr std::uint64_t hash_of(std::string_view text, std::uint64_t salt = 0) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ salt;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 29);
}

// Quoted only where it must be, for texts that people write around it: net_data, "from".
std::string identifier_if_needed(std::string_view name);
// "collector"."net_data".
std::string relation_name(std::string_view schema, std::string_view name);
// 'it''s': as one SQL text, whatever standard_conforming_strings says.
std::string literal(std::string_view text);

// "net", and "net_data"; at most 63 bytes, of letters, digits, "_", "-", "." and non-ASCII characters.
std::string view_name(std::string_view measurement);
std::string table_name(std::string_view measurement);
// A column of a data table: the field's name, or with "_" behind it where it is one of the fixed columns'.
std::string column_name(std::string_view field);
// A tag's column in a view: its key, or "tag_…" where a field or fixed column has that name. Nothing: it
// can't have one (too long, not text); the tag is in `series` all the same.
std::optional<std::string> tag_column_name(std::string_view key, std::span<const std::string> columns);
// The other way round.
std::string tag_of_column(std::string_view name, std::span<const std::string> columns);

// Valid UTF-8 without NUL: what is not is written as "%FF" (formats/text_encoding.h). Not to be done twice.
std::string clean(std::string_view text);
// {"interface":"eth0"}: the same text for the same tags.
std::string json_object(std::span<const Tag> tags);

}  // namespace collector::postgres_store
