// Status for people: what the running collector told as JSON, as text with aligned columns.
#pragma once

#include <string>

#include "collector/core/terminal.h"
#include "collector/formats/json_reader.h"

namespace collector {

// Takes whatever a collector of another version may have sent: what is missing is shown as "-".
std::string status_text(const JsonValue& status, const Terminal& terminal);

// Whether it says that it is healthy.
bool says_healthy(const JsonValue& status);

}  // namespace collector
