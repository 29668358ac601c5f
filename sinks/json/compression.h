// zstd, streaming: closed files are compressed, and read back to find out what they hold. About 1 MiB of
// memory while a file is worked on, none otherwise.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sinks/json/directory.h"

struct ZSTD_DCtx_s;

namespace collector::json_files {

// Makes <file>.zst of one closed file and removes the plain one, such that a crash at any moment leaves at
// least one that is whole: into a file named .tmp, sync, rename, sync, remove. After a failure the plain file
// is there.
Outcome<> compress(const Directory& directory, const FileName& plain);

class ZstdReader {
 public:
  static Outcome<ZstdReader> open(const Directory& directory, const std::string& name);

  // Fills the buffer from its beginning; 0: the end. A file that is cut off or damaged is a failure.
  Outcome<std::size_t> read(std::string& buffer);

 private:
  std::unexpected<SinkFailure> damaged(std::string_view why) const;

  std::string path_;
  File file_;
  std::unique_ptr<ZSTD_DCtx_s, std::size_t (*)(ZSTD_DCtx_s*)> context_{nullptr, nullptr};
  std::string input_;
  std::size_t position_ = 0;  // within input_
  std::size_t filled_ = 0;    // of input_
  bool frame_open_ = true;    // false: between two frames, where a file may end
};

// Whether the compressed file holds exactly what the plain one does; false too when it can't be read.
Outcome<bool> holds_the_same(const Directory& directory, const std::string& compressed,
                             const std::string& plain);

}  // namespace collector::json_files
