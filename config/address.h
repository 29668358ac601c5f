// Addresses to listen at, and names to be asked by. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collector/core/error.h"

namespace collector {

// "127.0.0.1:8125" or "[::1]:8125": no names, which would have to be looked up.
bool is_address_and_port(const std::string& text);

// Why nobody can ask by this name: what a Host header holds is a DNS name, and its port does not matter.
std::optional<Error> mistake_in_name(std::string_view name);

}  // namespace collector
