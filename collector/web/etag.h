// The tag of a state that an answer is of: which batch the file has got to, what was written to it, what was
// asked by whom, and the configuration. An answer that reaches up to now is the same for a second.
#pragma once

#include <string>
#include <string_view>

namespace collector::web {

class Asked;

// W/"<epoch>-<sequence>-<hash>"; empty: the file does not tell.
std::string tag_of(const Asked& asked);

}  // namespace collector::web
