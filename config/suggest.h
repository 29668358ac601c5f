// "Did you mean …?"
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace collector {

// Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate that `written` is most likely meant to be; empty when none is near.
std::string_view nearest(std::string_view written, std::span<const std::string_view> candidates);

// A remedy: did you mean "x"? — or, when nothing is near, "<what>: a, b, c".
std::string suggest(std::string_view written, std::span<const std::string_view> candidates,
                    std::string_view what);

// "a, b, c"
std::string joined(std::span<const std::string_view> names);

}  // namespace collector
