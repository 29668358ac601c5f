// ProvenTime: which time it is at least, as far as more than one run of the program has confirmed it. What
// deletes for good by age goes by this and never by one reading of the wall clock: a dead battery, a faulty
// time server or a mistyped date must not cost history. Pure; owned by a RetentionClock.
//
// Readings that follow one another (steps of up to two hours) are a stretch. Evidence for a stretch is time
// that is known to have passed while nothing said otherwise: boot time that runs have lived at or after its
// end, and for each later run that began there an hour at most, however far its wall clock has gone
// meanwhile: two wrong clocks must not measure time against each other. A stretch is confirmed when a later
// run has found the time at or after its end and the evidence is in proportion to the leap before it (at
// least an hour; half a day after a year; never more than a week), and the stretches before it are; or when
// it has stood within one run for as long as any of them asks and for a day. Until then the confirmed time
// stays where it was.
//
// * A reading before a stretch that is not confirmed refutes it: that one was in the future.
// * A reading before the confirmed time is not believed, until it has been confirmed in the same way (then
//   the confirmed time goes back).
// * What a run read before its clock was set right, it has not read.
//
// So the confirmed time is in the future only if clocks have been wrong for as many hours of running, or for
// as many runs in a row, as the leap asks for, with no right reading recorded in between; or by steps of up
// to two hours. And under right clocks it is the time of the run before, at the latest after 168 runs or a
// week of running, however long the machine was off.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/time.h"

namespace collector {

class ProvenTime {
 public:
  // One more reading. Instants of one object are of one run: boot time never goes back.
  void observe(Instant now);

  // The confirmed time; nothing while no run has been confirmed by another.
  std::optional<WallTime> confirmed() const;
  // This run's clock is in accord with it.
  bool is_certain() const { return following_; }
  // What the next run goes on with; restore() reads it, and begins afresh with a text that is none of its.
  std::string text() const;
  void restore(std::string_view text);

 private:
  struct Stretch {             // Unix milliseconds
    std::int64_t counted = 0;  // milliseconds of evidence, see above
    std::int64_t last = 0;
    std::int64_t needed = 0;  // milliseconds of evidence that it takes
    std::int64_t runs = 0;    // that have read it

    bool stands() const { return counted >= needed; }
  };
  struct State {
    std::optional<std::int64_t> confirmed;
    std::vector<Stretch> ahead;   // of `confirmed`, in order; not confirmed
    std::vector<Stretch> behind;  // likewise
  };

  void begin(std::int64_t wall);
  void go_on(std::int64_t wall, Duration stood, Duration passed);
  void add(std::vector<Stretch>& to, std::int64_t wall, std::int64_t leap);
  void confirm(std::int64_t wall);
  static void refute(std::vector<Stretch>& stretches, std::int64_t wall);
  // A run begins at or after all of them.
  static void count_run(std::vector<Stretch>& stretches, std::int64_t wall);
  static std::optional<std::int64_t> confirmed_of(std::span<const Stretch> stretches);
  bool is_behind(std::int64_t wall) const;

  State state_;
  State before_;                 // what holds if this run's clock turns out to be wrong
  std::optional<Instant> last_;  // the reading before
  BootTime since_{};             // when this run's clock was last set
  bool following_ = false;       // this run's time is confirmed
};

}  // namespace collector
