// What is wrong with `include` and `exclude`: patterns that meet nothing there is, and filters that let
// nothing pass.
#pragma once

#include <span>
#include <vector>

#include "collector/core/measurement.h"
#include "config/check.h"
#include "config/settings.h"
#include "sinks/sink.h"

namespace collector::influx {

std::vector<SettingMistake> mistakes_in_filter(const Settings& settings, const CheckContext& context);

// `produced`: what the configured samplers deliver. Patterns of `include` that meet only what none of them
// does.
std::vector<SinkNote> notes_on_filter(const Settings& settings, std::span<const MeasurementPtr> produced);

}  // namespace collector::influx
