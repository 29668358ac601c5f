// An answer that is the same for everybody as long as this program runs: packed once, and told apart by a tag
// that stands for every byte of it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "collector/http/message.h"

namespace collector::web {

// `tag`: of the text, without quotes. `packed`: by gzip; empty: it is not.
http::Response fixed_answer(const http::Request& request, std::string_view type, std::string_view tag,
                            std::string_view plain, std::string_view packed);

}  // namespace collector::web
