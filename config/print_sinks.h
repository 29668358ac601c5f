// The part of printed configurations about sinks that all of them begin alike.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "config/tree.h"

namespace collector {

// Appends `sinks:` with its comment, and lets `write` append each sink of the built-in configuration: its
// entry and the name of its type.
void write_default_sinks(std::string& out,
                         const std::function<void(const TreeEntry& entry, std::string_view type)>& write);

}  // namespace collector
