// Failure: an error of something that is tried again.
#pragma once

#include "collector/core/error.h"

namespace collector {

struct Failure {
  Error error;
  bool lasting = false;  // trying again does not help until somebody has done something
};

}  // namespace collector
