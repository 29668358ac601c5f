// Internal: preparing a store's statements in one go, and the spool's common column types.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "collector/core/uuid.h"
#include "collector/spool/failure.h"
#include "collector/sqlite/database.h"

namespace collector {

using StatementList = std::initializer_list<std::pair<sqlite::Statement*, std::string_view>>;

inline sqlite::SqliteResult<> prepare_all(const sqlite::Database& database, StatementList statements) {
  for (const auto& [statement, sql] : statements) {
    auto prepared = database.prepare(sql);
    if (!prepared) return pass_on(prepared);
    *statement = std::move(*prepared);
  }
  return {};
}

// SQLite's integers are signed; numbers that use all 64 bits go in and out by their bits.
inline std::int64_t to_column(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}
inline std::uint64_t from_column(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

inline std::span<const std::byte> uuid_bytes(const Uuid& uuid) {
  return std::as_bytes(std::span(uuid.bytes));
}
inline Uuid to_uuid(std::span<const std::byte> bytes) {
  Uuid uuid;
  if (bytes.size() == uuid.bytes.size())
    std::ranges::transform(bytes, uuid.bytes.begin(),
                           [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
  return uuid;
}

}  // namespace collector
