// LineStream: an answer that goes on, line by line, from a collector that runs on this machine, over its Unix
// socket. Never blocks but in open(): who reads waits for the descriptor among others.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "collector/core/descriptor.h"
#include "collector/core/time.h"
#include "collector/http/client.h"

namespace collector::http {

class LineStream {
 public:
  static constexpr std::size_t longest_line = 1024 * 1024;

  // Asks, and waits for the header for `timeout` at most. An answer other than 200 is of kind `broken`, or
  // `forbidden` for 403, with what it says.
  static std::expected<LineStream, ClientFailure> open(const std::filesystem::path& socket,
                                                       const std::string& target, Duration timeout);

  int descriptor() const { return connection_.get(); }  // readable: read()
  // The whole lines that have come, without their ends. is_over() tells whether there will be more.
  std::vector<std::string> read();
  bool is_over() const { return over_; }

 private:
  explicit LineStream(Descriptor connection) : connection_(std::move(connection)) {}
  bool receive();

  Descriptor connection_;
  std::string received_;
  bool over_ = false;
};

}  // namespace collector::http
