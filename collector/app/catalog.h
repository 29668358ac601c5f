// All that can be configured, from the tables of samplers and sinks.
#pragma once

#include "config/setting.h"

namespace collector {

const Catalog& catalog();

}  // namespace collector
