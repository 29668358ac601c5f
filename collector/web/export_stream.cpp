#include "collector/web/export_stream.h"

#include <utility>

#include "collector/web/sources.h"

namespace collector::web {

ExportStream::ExportStream(const Sources& sources, history::ExportForm form, AmountUnits units)
    : sources_(sources), writer_(history::make_export_writer(form, units, [this](std::string_view text) {
        text_ += text;
        return Result<>{};
      })) {}

Result<> ExportStream::begin(const history::HistoryFile& file, const history::ExportQuestion& question) {
  auto exporter = history::UsageExporter::begin(file, question, *writer_);
  if (!exporter) return std::unexpected(exporter.error());
  exporter_ = std::move(*exporter);
  return step(file);
}

Result<> ExportStream::step(const history::HistoryFile& file) {
  const auto more = exporter_->step(file);
  if (!more) return std::unexpected(more.error());
  if (*more) return {};
  const auto tail = exporter_->end();
  if (!tail) return std::unexpected(tail.error());
  is_over_ = true;
  return {};
}

std::optional<std::string> ExportStream::next() {
  // Nothing to send would be the end: of what was not measured there are no rows.
  while (text_.empty() && !is_over_) {
    const auto file = sources_.history();
    if (!file || !step(*file)) return std::nullopt;
  }
  return std::exchange(text_, {});
}

void ExportStream::make(const http::TakePart& take) {
  if (!text_.empty() || is_over_) return take(std::exchange(text_, {}));
  const bool is_asked = sources_.work([self = shared_from_this(), take] { take(self->next()); });
  if (!is_asked) take(std::nullopt);
}

}  // namespace collector::web
