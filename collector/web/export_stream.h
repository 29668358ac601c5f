// ExportStream: an export as the body of an answer, part by part: each part is a question of its own, asked
// on the worker's thread when the client has taken the part before. No file is open in between.
#pragma once

#include <memory>
#include <string>

#include "collector/history/export/usage_export.h"
#include "collector/web/asked.h"

namespace collector::web {

class ExportStream : public std::enable_shared_from_this<ExportStream> {
 public:
  // `sources` outlive every server that takes parts.
  ExportStream(const Sources& sources, history::ExportForm form, AmountUnits units);

  // The first part; its mistakes are the answer's.
  Result<> begin(const history::HistoryFile& file, const history::ExportQuestion& question);
  // As http::Response::parts has it.
  void make(const http::TakePart& take);

 private:
  // Asks on until there is something to send; nothing: it failed.
  std::optional<std::string> next();
  Result<> step(const history::HistoryFile& file);

  const Sources& sources_;
  std::string text_;  // that waits to be sent
  std::unique_ptr<history::ExportWriter> writer_;
  std::optional<history::UsageExporter> exporter_;
  bool is_over_ = false;
};

}  // namespace collector::web
