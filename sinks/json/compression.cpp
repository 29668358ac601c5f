#include "sinks/json/compression.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

namespace collector::json_files {
namespace {

// Measured on rows: level 1 is faster than any other and smaller than 3; its window is 512 KiB.
constexpr int level = 1;
constexpr int largest_window_log = 23;  // 8 MiB: what reading may take

// 0 at the end.
Outcome<std::size_t> read_some(const Directory& directory, const std::string& name, const File& file,
                               char* into, std::size_t most) {
  for (;;) {
    const ssize_t size = ::read(file.descriptor(), into, most);
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno != EINTR) return directory.failed("read", name);
  }
}

// One zstd frame, written to a file as it comes.
class FrameWriter {
 public:
  FrameWriter(const Directory& directory, const std::string& name, const File& file)
      : directory_(directory), name_(name), file_(file), output_(ZSTD_CStreamOutSize(), '\0') {}

  Outcome<> begin(std::uint64_t size) {
    if (!context_) return failed("out of memory");
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setPledgedSrcSize(context_.get(), size);
    return {};
  }
  Outcome<> feed(std::string_view input, bool last) {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    for (;;) {
      ZSTD_outBuffer out{output_.data(), output_.size(), 0};
      const std::size_t left =
          ZSTD_compressStream2(context_.get(), &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0) return failed(ZSTD_getErrorName(left));
      if (auto written = write_all(directory_, name_, file_, {output_.data(), out.pos}); !written)
        return written;
      if (last ? left == 0 : in.pos == in.size) return {};
    }
  }

 private:
  std::unexpected<SinkFailure> failed(std::string_view why) const {
    SinkFailure failure;
    failure.what = fmt::format("can't make {}: {}", directory_.path_of(name_), why);
    failure.remedy = "the file stays as it is and is compressed later";
    return std::unexpected(std::move(failure));
  }

  const Directory& directory_;
  const std::string& name_;
  const File& file_;
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context_{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::string output_;
};

Outcome<> compress_into(const Directory& directory, const std::string& plain, const std::string& unfinished) {
  const auto input = directory.open_file(plain, O_RDONLY);
  if (!input) return std::unexpected(input.error());
  const auto output = directory.open_file(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
  if (!output) return std::unexpected(output.error());
  const auto size = directory.size(plain);
  if (!size) return std::unexpected(size.error());
  FrameWriter frame(directory, unfinished, *output);
  if (auto begun = frame.begin(*size); !begun) return begun;
  std::string buffer(ZSTD_CStreamInSize(), '\0');
  for (;;) {
    const auto taken = read_some(directory, plain, *input, buffer.data(), buffer.size());
    if (!taken) return std::unexpected(taken.error());
    const bool last = *taken == 0;
    if (auto fed = frame.feed(std::string_view(buffer).substr(0, *taken), last); !fed) return fed;
    if (last) break;
  }
  if (fsync(output->descriptor()) != 0) return directory.failed("sync", unfinished);
  return {};
}

}  // namespace

Outcome<> compress(const Directory& directory, const FileName& plain) {
  FileName compressed = plain;
  compressed.compressed = true;
  const std::string unfinished = compressed.text() + std::string(unfinished_suffix);
  if (auto made = compress_into(directory, plain.text(), unfinished); !made) {
    (void)directory.remove(unfinished);  // to give its room back; else it goes at the next open()
    return made;
  }
  if (auto renamed = directory.rename(unfinished, compressed.text()); !renamed) return renamed;
  if (auto synced = directory.sync(); !synced) return synced;
  if (auto removed = directory.remove(plain.text()); !removed) return removed;
  return directory.sync();
}

Outcome<ZstdReader> ZstdReader::open(const Directory& directory, const std::string& name) {
  auto file = directory.open_file(name, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  ZstdReader reader;
  reader.path_ = directory.path_of(name);
  reader.file_ = std::move(*file);
  reader.context_ = {ZSTD_createDCtx(), ZSTD_freeDCtx};
  if (!reader.context_) return reader.damaged("out of memory");
  ZSTD_DCtx_setParameter(reader.context_.get(), ZSTD_d_windowLogMax, largest_window_log);
  reader.input_.resize(ZSTD_DStreamInSize());
  return reader;
}

std::unexpected<SinkFailure> ZstdReader::damaged(std::string_view why) const {
  SinkFailure failure;
  failure.what = fmt::format("can't decompress {}: {}", path_, why);
  failure.remedy = "move the file away; until then it is not known which rows it holds";
  failure.hold = true;
  return std::unexpected(std::move(failure));
}

Outcome<std::size_t> ZstdReader::read(std::string& buffer) {
  ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
  for (;;) {
    ZSTD_inBuffer in{input_.data(), filled_, position_};
    const std::size_t hint = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(hint) != 0) return damaged(ZSTD_getErrorName(hint));
    if (in.pos != position_ || out.pos != 0) frame_open_ = hint != 0;
    position_ = in.pos;
    if (out.pos != 0) return out.pos;
    if (position_ < filled_) continue;
    const ssize_t size = ::read(file_.descriptor(), input_.data(), input_.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::unexpected(failure_of(errno, "can't read " + path_));
    if (size == 0 && frame_open_) return damaged("it is cut off");
    if (size == 0) return std::size_t{0};
    position_ = 0;
    filled_ = static_cast<std::size_t>(size);
  }
}

Outcome<bool> holds_the_same(const Directory& directory, const std::string& compressed,
                             const std::string& plain) {
  auto reader = ZstdReader::open(directory, compressed);
  if (!reader) return std::unexpected(reader.error());
  const auto file = directory.open_file(plain, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  std::string buffer(64UL * 1024, '\0');
  std::string expected;
  for (;;) {
    const auto size = reader->read(buffer);
    if (!size) return false;
    expected.resize(std::max<std::size_t>(*size, 1));
    std::size_t have = 0;
    while (have < expected.size()) {
      const auto more = read_some(directory, plain, *file, expected.data() + have, expected.size() - have);
      if (!more) return std::unexpected(more.error());
      if (*more == 0) break;
      have += *more;
    }
    if (have != *size || expected.compare(0, have, buffer, 0, have) != 0) return false;
    if (*size == 0) return true;
  }
}

}  // namespace collector::json_files
