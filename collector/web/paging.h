// Pages of lists: a page begins behind the last row of the one before, which its cursor names; so it stays
// right while rows are added. Cursors are opaque to whoever gets them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/http/message.h"
#include "collector/web/route.h"

namespace collector::web {

// Of a key: parts in order, any bytes.
std::string cursor_of(const std::vector<std::string>& parts);
// Nothing: it is none with so many parts.
std::optional<std::vector<std::string>> parts_of(std::string_view cursor, std::size_t count);

// The same of a call's question: one that was made for another question, another list or another caller's
// view leads nowhere here, as the rows in front of it were others.
std::string page_cursor(const Call& call, std::vector<std::string> parts);
std::optional<std::vector<std::string>> page_parts(const Call& call, std::size_t count);

// The header that leads to the next page: Link, rel="next".
http::Header next_link(const Call& call, const std::string& cursor);

}  // namespace collector::web
