// Sink: a target for batches. Constructed inert, used by one thread (its runner's) from open() to close(). It
// has no queue, no retry and no timer of its own; it never drops a row: what it can't store it names in its
// verdict.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/failure.h"
#include "collector/core/time.h"
#include "config/setting.h"
#include "config/settings.h"

namespace collector {

// Why it did not work, for the operator and for the runner.
struct SinkFailure {
  std::string what;
  std::string remedy;
  std::optional<Duration> retry_after;  // the target asked for this pause
  // Trying again will not help until somebody does something (credentials, permissions): still retried, but
  // slowly.
  bool hold = false;
};

inline SinkFailure sink_failure(const Failure& failure) {
  return {.what = failure.error.what,
          .remedy = failure.error.remedy,
          .retry_after = std::nullopt,
          .hold = failure.lasting};
}

// What a target already holds of one (source, epoch).
struct SinkPosition {
  Uuid source;
  Uuid epoch;
  std::uint64_t sequence = 0;
};

struct OpenedSink {
  // The position the target keeps for the asked source and epoch; nothing when it keeps none (or none yet).
  std::optional<SinkPosition> position;
  bool keeps_position = false;
};

struct RejectedRow {
  std::size_t batch = 0;  // index into the span given to write()
  std::size_t row = 0;    // index into that batch's rows
  std::string why;
};

// Makes refused rows durable as dead letters, in place of those that an earlier attempt at the same batches
// left behind. `batches`: what is stored now, indices into the span given to write(); `rows`: all rows of
// them that are refused. A sink that moves its position with the data calls it within write(), when it knows
// that the target does not hold these batches yet and before it commits: a row that is past the position and
// nowhere else would be lost. On failure it stores nothing and returns that failure. Idempotent.
using KeepRejected = std::function<std::expected<void, SinkFailure>(std::span<const std::size_t> batches,
                                                                    std::span<const RejectedRow> rows)>;

// What the runner tells at open(). Batches of other sources and epochs come too: their positions are the
// sink's own affair.
struct OpenRequest {
  Uuid source;
  Uuid epoch;
  std::string state{};           // what the sink returned as Written::state last; empty at first
  KeepRejected keep_rejected{};  // may be empty (tests): then Written::rejected is all there is
};

// All batches are stored (or were already); `rejected` rows are not, and all others are.
struct Written {
  std::vector<RejectedRow> rejected;
  std::string state;                 // to be kept with the cursor (JSON: file and offset)
  std::vector<std::size_t> skipped;  // indices of batches that the target had already
  std::uint64_t left_out_rows = 0;   // as the sink's settings want it: they count as delivered
};

// Something a target has to tell that is neither a failure nor a delivery: "412 MB of 512 MB used".
struct SinkNote {
  std::string name;  // a short word, the same each time: "space"
  std::string text;
  bool warning = false;  // makes the collector's status "degraded"
};

class Sink {
 public:
  virtual ~Sink() = default;

  // Connects, creates what is missing. May be called again after a failure or close().
  virtual std::expected<OpenedSink, SinkFailure> open(const OpenRequest& request) = 0;

  // Stores all rows of these batches in order, durably, and, where the target keeps it, moves its position in
  // the same transaction. Batches at or below the target's position are skipped. On failure nothing of them
  // counts as stored: the same batches come again, and each row must then be there once. After a failure the
  // runner calls close() and open() before the next write().
  virtual std::expected<Written, SinkFailure> write(std::span<const BatchPtr> batches) = 0;

  // Releases the target; bounded in time; safe twice and without open().
  virtual void close() = 0;

  // What is to be shown by `status`, asked for after each open(), write() and close(). Replaces the earlier
  // ones.
  virtual std::vector<SinkNote> notes() const { return {}; }
};

}  // namespace collector
