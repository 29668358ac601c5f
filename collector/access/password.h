// Passwords, as crypt(3) keeps them (yescrypt: 16 MiB and some 30 ms each), by libcrypt, which is mapped when
// the first one is looked at. One at a time in the whole process, so that many who try take no more memory
// than one. From any thread; blocks.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "collector/core/error.h"
#include "collector/core/failure.h"

namespace collector {

// Why nobody should have this password; nothing: it will do.
std::optional<Error> mistake_in_password(std::string_view password);

// "$y$j9T$…", with a salt of its own.
std::expected<std::string, Failure> hash_password(const std::string& password);

// Whether it is the one that `hash` was made of. Without a hash (a user whom nobody knows) it takes as long,
// and is not.
std::expected<bool, Failure> is_password(const std::string& password, const std::optional<std::string>& hash);

// What hash_password() gives looks so; older and other hashes of crypt(3) do not, and are not taken.
bool is_password_hash(std::string_view text);

}  // namespace collector
