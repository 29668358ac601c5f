// SinkSet: the runners of the configured sinks, at start and across reloads. Nothing here waits: a sink that
// is taken away or replaced is told to stop and looked after from then on, tick by tick; one that hangs in a
// call of its target is left behind. A new sink begins when nobody writes to its target, or under its name,
// any more; its batches wait in the spool.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/app/plan.h"
#include "collector/core/log.h"
#include "collector/core/time.h"
#include "collector/formats/row_format.h"
#include "collector/spool/spool.h"
#include "config/configuration.h"
#include "sinks/runner.h"
#include "sinks/table.h"

namespace collector {

// The sink's `counters` and `statistics`, with its type's defaults.
RowFormat row_format_of(const SinkConfiguration& sink, const RowFormat& type_default);
// A canonical name of what the sink writes to, for people and for telling targets apart.
std::string target_of(const SinkConfiguration& sink, const std::filesystem::path& state, const Clock& clock);
// What its type has to say about these settings, beside the samplers that are on.
std::vector<SinkNote> advice_on(const SinkConfiguration& sink, const Configuration& configuration,
                                const Clock& clock);
// What the sink's target says when it is asked, as SinkType::probe.
std::expected<std::string, SinkFailure> probe(const SinkConfiguration& sink,
                                              const std::filesystem::path& state, const Clock& clock);
// SQL that makes what the sink needs; nothing: its type needs none.
std::optional<std::string> ddl_of(const SinkConfiguration& sink, const std::filesystem::path& state,
                                  const Clock& clock, std::span<const MeasurementPtr> measurements,
                                  std::span<const Tag> labels);

class SinkSet {
 public:
  // Both outlive the set.
  SinkSet(Spool& spool, const Clock& clock) : spool_(spool), clock_(clock) {}

  // Brings the set to `wanted` as planned; contacts no target, and destroys no runner. Then step(). All but
  // runners() are called by one thread.
  void apply(const Plan& plan, const Configuration& wanted);
  // From now on step() starts runners as soon as they may; before, it only makes the sinks known to the spool
  // (--once drives runners itself).
  void start() { started_ = true; }
  // Lets go of what has ended and starts what waited for it. Costs nothing when there is nothing of the kind.
  void step();
  // Whether step() has something to look after.
  bool settling() const;

  struct Entry {
    SinkConfiguration configuration;
    std::string target;
    std::shared_ptr<Runner> runner;
    std::vector<SinkNote> advice{};  // said when it starts: not to who drives it by hand, such as cron
    bool started = false;
  };
  const std::vector<Entry>& entries() const { return entries_; }

  // Those configured now, in the file's order; a copy, from any thread.
  std::vector<std::shared_ptr<Runner>> runners() const;
  // Told to stop by an earlier reload, and still there.
  std::vector<std::shared_ptr<Runner>> leaving() const;

 private:
  struct Leaving {
    std::string name;
    std::string target;
    std::shared_ptr<Runner> runner;
    BootTime since{};
    bool abandoned = false;
  };
  Entry make(const SinkConfiguration& sink, const Configuration& configuration) const;
  void leave(Entry entry);
  void let_go();
  void start_waiting();
  void publish();

  Spool& spool_;
  const Clock& clock_;
  std::vector<Entry> entries_;
  std::vector<Leaving> leaving_;
  std::vector<std::pair<std::string, SinkLimits>> limits_;  // of the entries, for the spool
  bool registered_ = true;                                  // the spool knows of them
  bool started_ = false;

  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Runner>> published_;
};

}  // namespace collector
