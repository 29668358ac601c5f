// Files with certificates and keys that settings name.
#pragma once

#include <filesystem>
#include <optional>

#include "config/check.h"

namespace collector {

// Why this file can't be used: not there, not to be read, no PEM file. What is in it is for the TLS library
// to judge.
std::optional<Error> mistake_in_pem(const CheckContext& context, const std::filesystem::path& file);

}  // namespace collector
