// The order of a batch's rows. Windows append theirs one behind the other; the batch is put in order once,
// before it is handed over.
#pragma once

#include "collector/core/batch.h"

namespace collector {

// Sorts the rows by series (series_less), then start; of a window lived twice the first time comes first. The
// rows of each series must be in the order of their windows. Linear in the rows, n log n in the series only.
void sort_rows(Batch& batch);

}  // namespace collector
