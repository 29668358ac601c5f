// GzipStream: one text in parts, compressed as it comes: what a part becomes can be read without those after
// it. About 256 KiB of memory while it exists.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct z_stream_s;

namespace collector {

// Used by one thread at a time.
class GzipStream {
 public:
  GzipStream();
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  // False: memory is short, and nothing below is to be called.
  bool is_usable() const { return is_usable_; }
  // Nothing: memory is short; the text can't be finished.
  std::optional<std::string> part(std::string_view text) { return packed(text, false); }
  std::optional<std::string> end() { return packed({}, true); }

 private:
  std::optional<std::string> packed(std::string_view text, bool is_last);

  std::unique_ptr<z_stream_s> stream_;
  bool is_usable_ = false;
};

}  // namespace collector
