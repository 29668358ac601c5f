// What is wrong with `include` and `exclude`: patterns that meet nothing there is, and filters that let
// nothing pass.
#pragma once

#include <span>
#include <vector>

#include "collector/core/measurement.h"
#include "collector/formats/row_format.h"
#include "config/check.h"
#include "config/settings.h"
#include "sinks/sink.h"

namespace collector::influx {

std::vector<SettingMistake> mistakes_in_filter(const Settings& settings, const CheckContext& context);

// `produced`: what the configured samplers deliver; `format`: which columns this sink writes of it. Patterns
// of `include` that meet nothing of that, and filters that let nothing of it pass.
std::vector<SinkNote> notes_on_filter(const Settings& settings, std::span<const MeasurementPtr> produced,
                                      const RowFormat& format);

}  // namespace collector::influx
