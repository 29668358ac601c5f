// StdoutSink: rows as lines on standard output, for a program that reads them. At least once: after a crash
// batches come again; `batch` in the lines tells them. Lines are always whole, also after a reader was slow
// or absent.
#pragma once

#include <string>

#include "collector/formats/row_json_writer.h"
#include "sinks/sink.h"

namespace collector::json_files {

class StdoutSink final : public Sink {
 public:
  // `descriptor` stays open; it may be a pipe, a file or a terminal. Waits for the reader at most `timeout`.
  StdoutSink(int descriptor, const RowFormat& format, Duration timeout = std::chrono::seconds(10))
      : descriptor_(descriptor), timeout_(timeout), writer_(format) {}

  std::expected<OpenedSink, SinkFailure> open(const OpenRequest& request) override;
  std::expected<Written, SinkFailure> write(std::span<const BatchPtr> batches) override;
  void close() override {}  // nothing waits here: write() returns when everything is written

 private:
  std::expected<void, SinkFailure> drain();

  int descriptor_;
  Duration timeout_;
  RowJsonWriter writer_;
  std::string buffer_;       // what was not written yet; after a failure: the rest of a line that was begun
  bool line_begun_ = false;  // buffer_ begins within a line
};

}  // namespace collector::json_files
