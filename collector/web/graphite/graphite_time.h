// Moments as Graphite's `from` and `until` name them. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "collector/core/error.h"
#include "collector/history/time_words.h"

namespace collector::web::graphite {

// now; -1h, -30min, -7d, now-2w (s, m or min, h, d, w, mon of 30 and y of 365 days, also spelled out);
// today, yesterday, midnight, noon, teatime; 20261101, 11/01/26 (month first), 00:00_20261101,
// 00:00+yesterday; Unix seconds; and the words that the API has (history/time_words.h), each the moment at
// which what it names begins.
Result<history::Seconds> moment_of(std::string_view word, const history::TimeContext& context);

// "1d", "10min", "2weeks", without regard to a sign; nothing: it is none, is 0, or longer than 200 years.
std::optional<std::chrono::seconds> length_of(std::string_view word);

}  // namespace collector::web::graphite
