// What a target holds against what this spool remembers of it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collector/core/time.h"
#include "collector/core/uuid.h"

namespace collector {

// What a runner keeps in the state of its cursor, in front of the sink's own words.
struct CursorNote {
  std::optional<WallTime> delivered;  // when, to the second: --once asks it whether `every` is due
  // What the target is known to hold: everything of `epoch` up to `sequence`. No epoch: nothing is known.
  std::optional<Uuid> epoch;
  std::uint64_t sequence = 0;
  // An epoch was left because the target held what this spool never gave it. Batches above this number belong
  // to the present one, although they were numbered before.
  std::optional<std::uint64_t> own_after{};
  std::string sink_state;

  std::string text() const;
  // Text that is not a note is the sink's state alone.
  static CursorNote parse(const std::string& text);

  friend bool operator==(const CursorNote&, const CursorNote&) = default;
};

struct PositionQuestion {
  // Of the epoch that was asked for: the note's, or the spool's when there is none.
  std::optional<std::uint64_t> target;
  bool epoch_is_current = true;        // that epoch is the spool's present one
  std::optional<std::uint64_t> known;  // the note's sequence, when it has an epoch
  std::uint64_t cursor = 0;
  bool spool_holds_target = false;  // the spool has the batch of the target's position
  std::uint64_t kept_after = 0;     // what precedes the oldest batch that can still be sent
};

// Sequences (from, to]; empty when they are equal.
struct SequenceRange {
  std::uint64_t from = 0;
  std::uint64_t to = 0;

  bool empty() const { return from == to; }
  friend bool operator==(const SequenceRange&, const SequenceRange&) = default;
};

struct PositionAnswer {
  enum class Kind : std::uint8_t {
    agreed,         // go on; what the target has already it skips
    target_ahead,   // it holds what this spool never gave it: the spool is an older copy; a new epoch is
                    // needed
    target_behind,  // it has lost rows: resend
  };
  Kind kind = Kind::agreed;
  std::uint64_t resend_after = 0;  // target_behind: where the cursor goes back to
  SequenceRange gap{};             // lost for ever
};

PositionAnswer compare_positions(const PositionQuestion& question);

}  // namespace collector
