// Texts within Markdown. Pure.
#pragma once

#include <string>
#include <string_view>

namespace collector::history {

// As it is, also in a table: what Markdown or HTML would take for a mark has a backslash before it; a line
// end is a space.
std::string markdown_text(std::string_view text);

}  // namespace collector::history
