// How far one sink has come. A cursor is a position and, while a backlog limit is at work, a hole: batches
// that fell off and are skipped. What the sink has been handed but not confirmed never falls off: it may have
// arrived, and would then be counted twice, as delivered and as dropped.
//
//        ≤ sequence      ≤ handed        ≤ hole_from   … hole_through
//   ──── done ───────┬── in flight ──┬── waiting ────┬── fell off ───┬── waiting ───►
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace collector {

struct Cursor {
  std::string sink;
  std::uint64_t sequence = 0;
  std::string state;         // the sink's own words
  std::uint64_t handed = 0;  // stored before a batch is given to the sink
  std::uint64_t hole_from = 0;
  std::uint64_t hole_through = 0;  // 0: no hole
  std::uint64_t floor = 0;         // end of the last hole passed: it can't be sent again
  // A range that rows of `dropped` or `gap` already tell of.
  std::uint64_t accounted_from = 0;
  std::uint64_t accounted_through = 0;
  std::uint64_t removed_through = 0;  // highest sequence of a batch addressed to it that was deleted
  std::uint64_t dropped_rows = 0;     // since the spool was made

  friend bool operator==(const Cursor&, const Cursor&) = default;

  bool has_hole() const { return hole_through != 0; }
  bool in_hole(std::uint64_t s) const { return has_hole() && s > hole_from && s <= hole_through; }
  // Nothing is left to do for this sink about a batch of this sequence.
  bool passed(std::uint64_t s) const { return s <= sequence || in_hole(s); }

  void move_to(std::uint64_t to) {
    sequence = std::max(to, floor);
    handed = std::max(handed, sequence);
    jump_hole();
  }
  // From where a limit may take batches away.
  std::uint64_t droppable_after() const { return has_hole() ? hole_through : std::max(sequence, handed); }
  // What lies in (droppable_after(), through] fell off.
  void drop_through(std::uint64_t through) {
    if (!has_hole()) hole_from = droppable_after();
    account(hole_from, through);
    hole_through = through;
    jump_hole();
  }
  void account(std::uint64_t from, std::uint64_t through) {
    if (from < accounted_from || from > accounted_through) accounted_from = from;
    accounted_through = std::max(through, accounted_from);
  }

 private:
  void jump_hole() {
    if (!has_hole() || sequence < hole_from) return;
    sequence = floor = std::max(sequence, hole_through);
    handed = std::max(handed, sequence);
    hole_from = hole_through = 0;
  }
};

}  // namespace collector
