// How `collector setup` offers a Postgres sink.
#pragma once

#include "sinks/setup_offer.h"

namespace collector::postgres_store {

const SetupOffer& setup_offer();

}  // namespace collector::postgres_store
