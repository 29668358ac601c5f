// Who answers a command that tells how much has moved: the history's file, for whoever may read it, with what
// the running collector has not written yet; else the running collector, for whoever may ask it.
#pragma once

#include <chrono>

#include "collector/cli/history/history_wire.h"
#include "collector/cli/options.h"
#include "collector/history/export/export_writer.h"
#include "config/configuration.h"

namespace collector {

// How long somebody waits.
struct HistoryPatience {
  std::chrono::milliseconds file = std::chrono::seconds(10);  // the longest question takes a fraction of it
  std::chrono::milliseconds collector = std::chrono::seconds(30);  // somebody else's may be under way
};

// Writes what is for stdout to `output`; the reply has no text. options.words are what the running collector
// is asked with. With options.state it is that of this directory, and nobody else.
HistoryReply ask_history(const Options& options, const Catalog& catalog, const Environment& environment,
                         const Terminal& terminal, const history::ExportOutput& output,
                         const HistoryPatience& patience = {});

}  // namespace collector
