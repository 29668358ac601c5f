// The version, from the file VERSION and nowhere else.
#pragma once

#include <string_view>

namespace collector {

std::string_view version();     // "0.1.0"
std::string_view user_agent();  // "collector/0.1.0"

}  // namespace collector
