// What a target holds against what this spool remembers of it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collector/core/time.h"
#include "collector/core/uuid.h"

namespace collector {

// What a runner keeps with its sink's cursor, in front of the sink's own words, to go on from.
struct ResumeToken {
  std::optional<WallTime> delivered;  // when, to the second: --once asks it whether `every` is due
  // What the target is known to hold of this spool's own batches: everything of (source, epoch) up to
  // `sequence`. No epoch: nothing is known; no source: it is the spool's present one.
  std::optional<Uuid> source;
  std::optional<Uuid> epoch;
  std::uint64_t sequence = 0;
  std::string sink_state;

  std::string text() const;
  // Text that is not a token is the sink's state alone.
  static ResumeToken parse(const std::string& text);

  friend bool operator==(const ResumeToken&, const ResumeToken&) = default;
};

struct PositionQuestion {
  std::optional<std::uint64_t> target;  // sequence that the target tells for the token's source and epoch
  std::optional<std::uint64_t> known;   // the token's sequence, when it has an epoch
  std::uint64_t confirmed = 0;          // sequence of the last own batch that the sink has confirmed
  bool spool_holds_target = false;      // the spool has the batch of the target's position
};

enum class PositionAnswer : std::uint8_t {
  agreed,         // go on; what the target has already it skips
  target_ahead,   // it holds what this spool never gave it: the spool is a copy
  target_behind,  // it has lost rows: resend
};

PositionAnswer compare_positions(const PositionQuestion& question);

}  // namespace collector
