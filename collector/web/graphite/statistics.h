// What several values say together. Those that are not there are left out; of none there is nothing. Pure.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace collector::web::graphite {

using Known = std::optional<double>;

// "sum", "average", "max", "min", "last": how values become one. "avg" and "total" are average and sum, and
// each may end in Series, as the functions do that combine so.
inline constexpr std::array<std::string_view, 5> ways_to_join{"sum", "average", "max", "min", "last"};
// One of ways_to_join; empty: it is none.
std::string_view way_named(std::string_view name);

// `weights` are as many as the values, of an average; empty: all count alike.
Known joined_by(std::string_view way, std::span<const Known> values, std::span<const double> weights = {});

// The n-th percentile, n from 0 to 100: the value that n percent of the values do not exceed.
Known percentile_of(std::vector<Known> values, double n);

}  // namespace collector::web::graphite
