// Sampler `disk`: how full mounted filesystems are.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& disk_sampler();

}  // namespace collector
