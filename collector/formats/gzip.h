// Gzip: bodies of requests and answers, compressed at the cheapest level (line protocol shrinks to an eighth
// with it; better levels cost three times as much for another fifth). About 256 KiB of memory while it
// exists.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace collector {

// Used by one thread.
class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  // Valid until the next call; empty when memory was short: then the text goes as it is.
  std::string_view compress(std::string_view text);
  void release() { out_ = {}; }  // the memory of the last result

 private:
  std::unique_ptr<z_stream_s> stream_;
  bool usable_ = false;
  std::string out_;
};

}  // namespace collector
