// What form of an answer a client wants, as its header Accept says (RFC 9110, 12.5.1). Pure.
#pragma once

#include <span>
#include <string_view>

namespace collector::web {

// Of several that are wanted alike the first; without the header, too. Empty: it takes none of them.
std::string_view accepted_type(std::string_view accept, std::span<const std::string_view> offered);

}  // namespace collector::web
