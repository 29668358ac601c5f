// LineSender: gets a block of lines to the server: fewer at a time when they are too many, and without those
// that the server refuses.
//
// A request that is refused is sent again in two halves, down to the single line. Lines are refused by
// measurement (a field's type) more than by anything else, so a request is halved between measurements first.
// One refused line in a block costs at most 2 log2(lines) requests; a measurement that is refused as a whole
// about 2 log2(measurements), because the answer counts its lines; and no block more than twice its lines.
#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collector/formats/gzip.h"
#include "sinks/influx/answer.h"
#include "sinks/influx/line_block.h"
#include "sinks/influx/refusal.h"

namespace collector::influx {

// Used by one thread.
class LineSender {
 public:
  static constexpr std::size_t any_size = std::numeric_limits<std::size_t>::max();

  struct Settings {
    Destination destination;
    Version version = Version::one;
    bool compress = false;
    std::size_t largest_body = any_size;  // bytes, before compression
  };
  // `connection` outlives it.
  LineSender(HttpConnection& connection, Settings settings);

  // All lines of the block are stored but those returned, in its order. A failure: of some lines it is not
  // known.
  std::expected<std::vector<RefusedLine>, SinkFailure> send(const LineBlock& block);

  Version version() const { return settings_.version; }
  // What the server has shown to take; what is larger is halved at once.
  std::size_t largest_body() const { return settings_.largest_body; }
  void release_memory();

 private:
  using Group = std::vector<std::size_t>;  // indices of lines
  struct Search;
  std::expected<HttpAnswer, SinkFailure> post(std::string_view body);
  std::string_view body_of(const LineBlock& block, const Group& group);
  std::expected<void, SinkFailure> narrow_down(const LineBlock& block, const Group& group,
                                               const HttpAnswer& answer, const Verdict& verdict,
                                               Search& search);

  HttpConnection& connection_;
  Settings settings_;
  std::string url_;
  std::string authorization_;
  std::unique_ptr<Gzip> gzip_;
  std::string gathered_;  // lines of a part of a block
};

}  // namespace collector::influx
