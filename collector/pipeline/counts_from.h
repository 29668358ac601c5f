// Where the counters of one reading count from: the rules of collector/README.md about kernel objects that
// come, go, and change their names.
#pragma once

#include <cstdint>

#include "collector/core/sample.h"
#include "collector/pipeline/followed.h"

namespace collector {

enum class CountsFrom : std::uint8_t {
  last_reading,     // the kernel object was read before, under whatever name
  birth,            // it is provably new: it began at zero after the sample before
  boot,             // the series is known from a former boot: everything began at zero with this one
  namespace_start,  // the series showed another network namespace's object: this one's began at zero
  zero_if_lower,    // another object of unknown age under this name: a counter that is lower than the one
                    // before was counted from zero since; a higher one may have been brought along
  nothing,          // first sight: it only tells where to count from next time
};

CountsFrom counts_from(Followed& followed, const Followed::Place& place, const Reading& reading);

}  // namespace collector
