// How `collector setup` offers an Influx sink.
#pragma once

#include "sinks/setup_offer.h"

namespace collector::influx {

const SetupOffer& setup_offer();

}  // namespace collector::influx
