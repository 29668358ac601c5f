// Dead letters of versions up to 0.1.0, which kept them as JSON text.
#pragma once

#include <span>

#include "collector/core/measurement.h"
#include "collector/sqlite/database.h"

namespace collector {

// In the transaction that brings the file to the present schema: moves them from table dead_letter_json to
// dead_letter. The text of one that can't be read is kept as it is.
sqlite::SqliteResult<> upgrade_dead_letters(const sqlite::Database& database,
                                            std::span<const MeasurementPtr> known);

}  // namespace collector
