// Keeping secrets and control characters out of what people see.
#pragma once

#include <string>
#include <string_view>

namespace collector {

inline constexpr std::string_view masked_text = "***";

// `text` with the passwords in it replaced by ***: in URLs (scheme://user:password@host, also without
// the scheme), and after "password=", "token=" and the like in connection strings and queries.
std::string mask_credentials(std::string_view text);

// `text` on one line, for a message: control characters and broken UTF-8 escaped, cut when very long.
std::string showable(std::string_view text);

}  // namespace collector
