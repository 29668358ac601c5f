// Keeping secrets and control characters out of what people see.
#pragma once

#include <string>
#include <string_view>

namespace collector {

inline constexpr std::string_view masked_text = "***";

// `text` with the passwords in it replaced by ***: in URLs (scheme://user:password@host, also without
// the scheme), and after "password=", "token=" and the like in connection strings and queries.
std::string mask_credentials(std::string_view text);

// Replaces `secret` in `text` by ***, wherever it stands; one of a letter or two, which are in every word,
// only where it is a word of its own. Nothing is done for an empty one.
void mask_secret(std::string& text, std::string_view secret);

// `text` on one line, for a message: control characters and broken UTF-8 escaped, cut when very long.
std::string showable(std::string_view text);

}  // namespace collector
