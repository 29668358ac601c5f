// Texts within HTML and SVG. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace collector::history {

// In an element and in a quoted attribute: what is markup is escaped, what is no UTF-8 or no character of a
// text is U+FFFD. Names of hosts and interfaces are anything.
std::string html_text(std::string_view text);

// "13 713 882 712 720", with narrow spaces that do not break.
std::string grouped_digits(std::int64_t number);

}  // namespace collector::history
