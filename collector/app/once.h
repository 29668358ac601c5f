// Once: one sample of everything into every sink, for cron. Counters cover the whole time since the last run,
// from the stored baselines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/app/assembly.h"
#include "collector/core/error.h"

namespace collector {

struct OnceOptions {
  Duration wait = std::chrono::seconds(1);  // before the second reading, where one is needed
  bool sync = false;                        // contact every sink, due or not
};

struct OnceReport {
  struct Stored {
    std::string measurement;
    std::uint64_t series = 0;
    std::uint64_t rows = 0;
  };
  struct Delivery {
    std::string sink;
    std::string target;
    Runner::Outcome outcome = Runner::Outcome::delivered;
    std::uint64_t rows = 0;
    std::uint64_t left_out_rows = 0;    // not among `rows`: the sink's settings do not want them there
    std::uint64_t waiting_rows = 0;     // still in the spool
    std::vector<std::string> warnings;  // the sink's own
  };
  BatchPtr batch;  // what was stored; null when there was nothing
  std::vector<Stored> stored;
  std::vector<Delivery> deliveries;
  std::vector<std::string> absent;   // samplers that this machine has nothing for
  std::vector<std::string> notices;  // "net: eth1 is down …"
  std::optional<Error> not_spooled;  // the spool could not take it: nothing was delivered
};

OnceReport run_once(Assembly& assembly, const OnceOptions& options);

}  // namespace collector
