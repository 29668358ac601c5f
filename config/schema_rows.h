// JSON schema of rows and tables of settings. All write members into an object that the caller has opened.
#pragma once

#include <span>
#include <string_view>

#include "config/json_writer.h"
#include "config/setting.h"

namespace collector {

void write_schema_reference(std::string_view definition, JsonWriter& json);  // into "$defs"
void write_schema_row(const Setting& row, JsonWriter& json);
// An object of these rows and nothing else. `type`: what its `type` must be (a sink's), or empty for none.
void write_schema_table(std::span<const Setting> table, std::string_view type, JsonWriter& json);

}  // namespace collector
