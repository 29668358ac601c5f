// LineSink: the sink itself. It keeps no position at its target: a row that comes again has the same series
// and the same time, and replaces itself.
//
// open() finds out how this server wants its lines, and asks with an empty request whether it lets us in.
// write() ends when every line is acknowledged; what the server refuses is found out line by line
// (LineSender).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collector/formats/line_protocol_writer.h"
#include "sinks/influx/endpoint.h"
#include "sinks/influx/filter.h"
#include "sinks/influx/ignored_lines.h"
#include "sinks/influx/line_sender.h"
#include "sinks/influx/tag_watch.h"
#include "sinks/sink.h"

namespace collector::influx {

struct LineSinkSettings {
  std::string name;  // of the sink
  // What is wrong with the settings; empty: nothing. Said at open().
  std::string mistake;
  std::string remedy;
  Destination destination;
  ConnectionSettings connection;
  std::optional<Version> version;  // nothing: found out
  bool compress = false;
  std::size_t max_lines = 5'000;
  std::size_t max_size = 1'000'000;  // bytes of a request, before compression
  std::string prefix;
  RowFormat format;
  Filter filter;
};

class LineSink final : public Sink {
 public:
  // `clock` outlives the sink.
  LineSink(LineSinkSettings settings, const Clock& clock);

  std::expected<OpenedSink, SinkFailure> open(const OpenRequest& request) override;
  std::expected<Written, SinkFailure> write(std::span<const BatchPtr> batches) override;
  void close() override;
  std::vector<SinkNote> notes() const override;
  // Between open() and close(): who was found, in words.
  std::string found() const;

 private:
  // What came of an empty request.
  struct Greeted {
    std::optional<SinkFailure> failure;
    bool unknown_path = false;
    std::optional<Version> told;  // by the server
  };
  std::expected<Version, SinkFailure> find_version(const std::string& state);
  std::expected<std::optional<Version>, SinkFailure> ping();
  std::expected<Greeted, SinkFailure> greet(Version version);
  std::expected<void, SinkFailure> send(std::vector<RejectedRow>& rejected);
  std::expected<Written, SinkFailure> write_all(std::span<const BatchPtr> batches);
  void add(const Batch& batch, std::size_t index, std::size_t row, Written& written);
  void watch_stamps(const Batch& batch, std::size_t row);
  bool is_full() const;
  void explain(const std::string& conflict);

  LineSinkSettings settings_;
  const Clock& clock_;
  std::string log_name_;
  LineProtocolWriter writer_;
  std::optional<Version> version_;  // found out and still believed in
  bool probe_again_ = false;        // something went wrong: what was remembered may be of another server
  std::size_t largest_body_ = LineSender::any_size;  // what the server has shown to take
  std::set<std::string> conflicts_;                  // measurements, and the server's words
  std::uint64_t left_out_ = 0;                       // rows, by the filter, of what was written
  TagWatch tag_watch_;
  bool overwrote_ = false;  // a clock was stepped, and the precision is too coarse to tell
  IgnoredLines ignored_;

  // Between open() and close():
  std::unique_ptr<HttpConnection> connection_;
  std::unique_ptr<LineSender> sender_;
  LineBlock block_;
};

}  // namespace collector::influx
