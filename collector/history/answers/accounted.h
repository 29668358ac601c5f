// What is not in the numbers of a screen, although it moved: "every byte accounted" is said where nothing is
// known to be missing, and else what is.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "collector/core/error.h"
#include "collector/history/answers/question.h"
#include "collector/history/history_file.h"

namespace collector {

struct Accounted {
  std::vector<std::string> missing;  // a sentence each, by time; empty: every byte is accounted
  std::vector<std::string> off;      // "off 01:10–06:40": nothing could move
  // How many of `missing` tell of bytes that nobody has counted. The others are of bytes that are known.
  std::size_t uncounted = 0;
};

// `answer`, `marks`: to the question's range, of which only what is over counts.
Result<Accounted> accounted(const HistoryQuestion& question, const history::UsageAnswer& answer,
                            std::span<const history::Mark> marks, const history::HistoryFile& file);

}  // namespace collector
