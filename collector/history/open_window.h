// OpenWindow: what a running collector has counted and not written into its spool yet: rows of windows that
// wait for their flush, and of the one that is open. As a text it goes over the status socket.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/error.h"
#include "collector/core/time.h"
#include "collector/core/uuid.h"
#include "collector/formats/row_json.h"

namespace collector::history {

// As it is in the running collector.
struct UnwrittenRows {
  // The last batch that is in the spool: all that was counted before is in it and those before it, and
  // nothing of the rows here is.
  Origin after;
  WallTime as_of{};  // the last reading
  std::vector<std::shared_ptr<const Batch>> batches;
};

// As somebody else gets it.
struct OpenWindow {
  struct Part {
    std::vector<Tag> labels;
    std::vector<JsonRow> rows;  // tags without the labels
  };
  Origin after;
  WallTime as_of{};
  std::vector<Part> parts;
};

// A JSON object with where it begins; for each batch one with its labels, and its rows (formats/row_json.h).
std::string open_window_text(const UnwrittenRows& rows);
Result<OpenWindow> parse_open_window(std::string_view text);

}  // namespace collector::history
