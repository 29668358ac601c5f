// access.json: the text of what is known of tokens and users. Pure. Read strictly: what is not understood as
// a whole lets nobody in.
#pragma once

#include <string>
#include <string_view>

#include "collector/access/records.h"
#include "collector/core/error.h"

namespace collector {

inline constexpr int access_version = 1;

// One token or user a line; ends with a line end.
std::string access_text(const AccessRecords& records);

// The error says where (column of the text, in bytes), but no file. One of a later version is refused as
// such, whatever else it holds.
Result<AccessRecords> parse_access(std::string_view text);

}  // namespace collector
