// The two parts of a configuration that are tables of components: `samplers:` and `sinks:`.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "config/configuration.h"
#include "config/problems.h"
#include "config/tree.h"

namespace collector {

inline constexpr std::string_view samplers_key = "samplers";
inline constexpr std::string_view sinks_key = "sinks";
inline constexpr std::string_view default_sinks = "{local: {type: sqlite, path: collector.db}}";

// The default set, changed by the entries. `entry` null: unchanged. `interval`: the top-level one, or nothing
// when it has a problem.
std::vector<SamplerConfiguration> read_samplers(const TreeEntry* entry, const Catalog& catalog,
                                                std::optional<Duration> interval,
                                                const Environment& environment, Problems& problems);

// The sinks in the file's order. `entry` null: the default ones.
std::vector<SinkConfiguration> read_sinks(const TreeEntry* entry, const Catalog& catalog,
                                          const std::filesystem::path& state, const Environment& environment,
                                          Problems& problems);

// `value` rounded up to a multiple of `step`.
Duration round_up(Duration value, Duration step);

// The interval a sampler has unless it is given: the top-level one where its own default is 1s (it is meant
// to run each time), else its own, rounded up to a multiple of the top-level one.
Duration default_sampler_interval(const ComponentType& type, Duration interval);

}  // namespace collector
