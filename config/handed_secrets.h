// HandedSecrets: what a service may not read itself, read by root before it starts and at each reload, and
// left to it as one file in its runtime directory: the variables of the environment files and the texts of
// the secret files that its configuration names.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collector/core/error.h"
#include "config/configuration.h"

namespace collector {

// As bytes, and back. What is no such text says nothing.
std::string write_handed_secrets(const HandedSecrets& secrets);
HandedSecrets parse_handed_secrets(std::string_view text);

// Everything that the configuration there names and this process can read.
HandedSecrets gather_secrets(const std::optional<std::filesystem::path>& configuration,
                             const Catalog& catalog, const Environment& environment);

// The file that they are left in, in the directory that $RUNTIME_DIRECTORY names; nothing: there is none.
std::optional<std::filesystem::path> handed_secrets_file(const Environment& environment);

// Leaves them in `file`, for the owner of its folder alone: made anew beside it and renamed, without
// following any link that this owner may have laid there. Needs root, or to be that owner.
Result<> leave_secrets(const std::filesystem::path& file, const HandedSecrets& secrets);

// What was left there; null: nothing.
std::shared_ptr<const HandedSecrets> take_handed_secrets(const Environment& environment);

}  // namespace collector
