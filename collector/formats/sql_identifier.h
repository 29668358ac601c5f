// Names in SQL.
#pragma once

#include <string>
#include <string_view>

namespace collector {

// "eth""0": any text as one identifier, always quoted (ISO/IEC 9075-2, delimited identifier).
std::string sql_identifier(std::string_view name);

}  // namespace collector
