// Sampler `netproto`: totals and errors of IP, TCP and UDP, and sockets in use.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& netproto_sampler();

}  // namespace collector
