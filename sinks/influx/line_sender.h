// LineSender: gets a block of lines to the server, whatever it takes: fewer at a time when they are too many,
// and without those that the server refuses.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/influx/answer.h"
#include "sinks/influx/gzip.h"
#include "sinks/influx/line_block.h"
#include "sinks/influx/refusal.h"

namespace collector::influx {

struct RefusedLine {
  std::size_t line = 0;  // index into the block
  std::string why;
};

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
  // `connection` outlives it. `explain` is called with each conflict of types that an answer tells of.
  LineSender(HttpConnection& connection, Settings settings, std::function<void(const TypeConflict&)> explain);

  // All lines are stored but those returned. A failure: of some lines it is not known.
  std::expected<std::vector<RefusedLine>, SinkFailure> send(const LineBlock& block);

  Version version() const { return settings_.version; }
  // What the server has shown to take; what is larger is halved at once.
  std::size_t largest_body() const { return settings_.largest_body; }
  void release_memory();

 private:
  using Group = std::vector<std::size_t>;  // indices of lines, ascending

  struct Work;
  std::expected<HttpAnswer, SinkFailure> post(std::string_view body);
  std::string_view body_of(const LineBlock& block, const Group& group);
  std::expected<void, SinkFailure> settle_refusal(const LineBlock& block, const Group& group,
                                                  const HttpAnswer& answer, const Verdict& verdict,
                                                  Work& work);

  HttpConnection& connection_;
  Settings settings_;
  std::function<void(const TypeConflict&)> explain_;
  std::string url_;
  std::string authorization_;
  std::unique_ptr<Gzip> gzip_;
  std::string gathered_;  // lines that are not neighbours in their block
};

}  // namespace collector::influx
