// The spool's file: its tables, their versions, and what may be wrong with it when it is opened.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>

#include "collector/core/error.h"
#include "collector/core/measurement.h"
#include "collector/sqlite/database.h"

namespace collector {

inline constexpr std::int64_t spool_application_id = 0x63737031;  // "csp1", in the file's header
std::int64_t spool_schema_version();

struct OpenFailure {
  // damaged: set it aside and start afresh. unusable: a newer version's, no permission, no room; nothing is
  // touched.
  enum class Kind : std::uint8_t { damaged, unusable };
  Kind kind = Kind::unusable;
  Error error;
};
// Throws std::bad_alloc where SQLite found no memory.
OpenFailure open_failure(const sqlite::SqliteError& error);
// The file or its schema is broken; a retry can't help.
bool is_damage(const sqlite::SqliteError& error);

// Opens the file, makes it or brings it to the newest schema. `known`: the measurements of this program.
std::expected<sqlite::Database, OpenFailure> open_spool_database(const std::filesystem::path& file,
                                                                 const std::string& vfs,
                                                                 std::span<const MeasurementPtr> known);

}  // namespace collector
