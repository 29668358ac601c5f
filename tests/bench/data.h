// Batches like those of a server, for the benchmarks: interfaces with counters, processors with percentages.
#pragma once

#include <cstddef>
#include <cstdint>

#include "collector/core/baseline.h"
#include "collector/core/batch.h"
#include "collector/core/series.h"

namespace collector::bench {

// `counters`: rows of eight counters (as `net`); `gauges`: of ten
// percentages (as `cpu`); `mixed`: counters and gauges by turns.
enum class Rows : std::uint8_t { counters, gauges, mixed };

// Window number `window` of `rows` series; values differ from window to window, by a rule. Each series gets
// an id.
Batch make_batch(SeriesTable& table, Rows rows, std::size_t series, std::uint64_t window);

// Where the counters of such a batch stand.
Baselines make_baselines(const Batch& batch);

}  // namespace collector::bench
