// Strict JSON (RFC 8259), yes or no: the schema is for other people's readers.
#pragma once

#include <string_view>

namespace collector::test {

bool is_json(std::string_view text);

}  // namespace collector::test
