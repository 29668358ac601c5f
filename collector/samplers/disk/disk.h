// Sampler `disk`: how full mounted filesystems are.
#pragma once

#include "collector/samplers/disk/timed_stat.h"
#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& disk_sampler();

// With another statvfs, for tests.
std::unique_ptr<Sampler> make_disk_sampler(const SamplerContext& context, StatFunction function);

}  // namespace collector
