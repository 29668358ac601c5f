#include "sinks/runner_letters.h"

#include <utility>

#include "collector/formats/row_json.h"

namespace collector {

std::vector<DeadLetter> letters_of(const std::string& sink, std::span<const BatchPtr> batches,
                                   std::span<const RejectedRow> rows, WallTime when) {
  std::vector<DeadLetter> letters;
  for (const RejectedRow& rejected : rows) {
    const Batch& batch = *batches[rejected.batch];
    DeadLetter letter{.sink = sink,
                      .origin = batch.origin,
                      .row = rejected.row,
                      .when = when,
                      .reason = rejected.why,
                      .payload = {}};
    append_full_row_json(batch, batch.rows[rejected.row], letter.payload);
    letters.push_back(std::move(letter));
  }
  return letters;
}

}  // namespace collector
