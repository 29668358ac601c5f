// The visible table of sinks: a new one is one folder and one line in table.cpp.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "collector/core/measurement.h"
#include "collector/core/retention_clock.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/formats/row_format.h"
#include "config/configuration.h"
#include "config/setting.h"
#include "config/settings.h"
#include "sinks/setup_offer.h"
#include "sinks/sink.h"

namespace collector {

// What every sink is built from. Building touches nothing.
struct SinkContext {
  std::string name;
  std::filesystem::path state;  // the state directory, for relative paths
  const Settings& settings;     // of the sink's own table
  RowFormat format;             // from the common settings
  const Clock& clock;           // outlives the sink
  std::string timezone = {};    // in which days begin, a name of the time zone database; empty: the machine's
  std::span<const PlanConfiguration> plans = {};  // those of the configuration, checked
  std::string host = {};                          // the machine's name, that plans without hosts are about
  Duration every{};                               // from the common settings; 0: as batches come
  std::span<const MeasurementPtr> produced = {};  // what the configured samplers deliver; for advice()
  std::span<const Tag> labels = {};               // host and the configured tags; for advice()
  RetentionClock* retention = nullptr;  // of the spool, outlives the sink; null: nothing is deleted by age
};

struct SinkType {
  ComponentType component;        // name, sentence, settings
  RowFormat default_format = {};  // what `counters: default` means to it; usually the increases
  std::unique_ptr<Sink> (*create)(const SinkContext& context);
  // A canonical name of what it writes to ("/var/lib/collector/collector.db"): two sinks with the same are
  // refused.
  std::string (*target)(const SinkContext& context);
  // Whether it adds rows up by days and by the cycles of plans, and so is another one in another `timezone`
  // and with other `plans`.
  bool cuts_days = false;

  // The rest may be null.
  // Of the kinds that `collector setup` offers.
  const SetupOffer* offer = nullptr;
  // Whether to deliver once more at the end; false: a last contact would wake a database that sleeps.
  bool (*sync_at_shutdown)(const SinkContext& context) = nullptr;
  // What to know of these settings, said by `check` and when the collector starts.
  std::vector<SinkNote> (*advice)(const SinkContext& context) = nullptr;
  // SQL that makes everything the sink needs for these measurements and labels, for somebody who may.
  std::string (*ddl)(const SinkContext& context, std::span<const MeasurementPtr> measurements,
                     std::span<const Tag> labels) = nullptr;
  // Asks the target whether it would take rows, and changes nothing there: what was found ("database metrics
  // on db:5432, schema collector is there"), or what would go wrong. From any thread; may wait for the
  // target.
  std::expected<std::string, SinkFailure> (*probe)(const SinkContext& context) = nullptr;
};

std::span<const SinkType> sink_types();

}  // namespace collector
