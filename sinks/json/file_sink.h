// FileSink: rows as lines in a directory of files, each row there once, whatever happens in between.
//
// Every write() ends with fdatasync; the state it returns says which file is right up to which offset. What
// lies behind that offset when the sink is opened again was written but not acknowledged: whole batches there
// stay and are skipped when they come again; the last one, which may lack rows, is cut off at the moment it
// comes again, and not before. So a spool that was restored from a backup and no longer has those batches
// loses nothing here. Batch numbers only mean something within an epoch: the files carry it in their names,
// so that all this holds without the state too (the first batches ever, a crash before any cursor was
// durable).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/time.h"
#include "collector/formats/row_json_writer.h"
#include "sinks/json/directory.h"
#include "sinks/json/file_state.h"
#include "sinks/json/housekeeping.h"
#include "sinks/json/tail.h"
#include "sinks/sink.h"

namespace collector::json_files {

struct FileSinkSettings {
  std::string name;                 // of the sink
  std::filesystem::path directory;  // absolute
  Duration rotate{};                // a file holds batches of one such period of UTC; 0: does not matter
  std::uint64_t rotate_size = 0;    // a file that has grown to this many bytes is closed; 0: does not matter
  bool compress = false;
  Keep keep;
  RowFormat format;
  RetentionClock* retention = nullptr;  // outlives the sink; null: nothing is deleted by age
};

class FileSink final : public Sink {
 public:
  // `clock` outlives the sink.
  FileSink(FileSinkSettings settings, const Clock& clock);

  std::expected<OpenedSink, SinkFailure> open(const OpenRequest& request) override;
  std::expected<Written, SinkFailure> write(std::span<const BatchPtr> batches) override;
  void close() override;
  std::vector<SinkNote> notes() const override {
    if (housekeeping_.held_back().empty()) return {};
    return {{.name = "retention", .text = housekeeping_.held_back()}};
  }

 private:
  // The file being written.
  struct Live {
    FileName name;
    File file;
    std::uint64_t size = 0;      // with what is in buffer_
    std::uint64_t restore = 0;   // its size when this write() began: a failure cuts it back to that
    std::optional<Tail> unsure;  // found at open(), not yet cut where it has to be
  };

  Outcome<> adopt_newest(std::span<const FileName> files);
  Outcome<std::uint64_t> held(const std::string& epoch);
  bool is_known(const std::string& epoch) const;

  Outcome<Written> write_batches(std::span<const BatchPtr> batches);
  FileState state_now(std::span<const BatchPtr> batches) const;
  void check_live();
  Outcome<> place(const Batch& batch, const std::string& epoch);
  Outcome<> settle(const Batch& batch, const std::string& epoch);
  bool rotation_due(const Batch& batch, const std::string& epoch) const;
  Outcome<> begin_file(const Batch& batch, const std::string& epoch);
  Outcome<> append(const Batch& batch);
  Outcome<> flush();
  Outcome<> end_file();
  void roll_back();

  FileSinkSettings settings_;
  const Clock& clock_;
  std::string log_name_;
  std::string prefix_;  // of the file names
  Housekeeping housekeeping_;
  RowJsonWriter writer_;

  // Between open() and close():
  std::optional<Directory> directory_;
  std::optional<FileState> known_;
  std::uint64_t next_number_ = 1;
  std::optional<Live> live_;
  std::map<std::string, std::uint64_t> held_;  // short epoch → last batch that is completely there
  std::string buffer_;                         // whole lines on their way to live_
};

}  // namespace collector::json_files
