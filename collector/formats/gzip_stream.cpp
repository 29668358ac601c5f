#include "collector/formats/gzip_stream.h"

#include <zlib.h>

namespace collector {
namespace {

constexpr int cheapest_level = 1;
constexpr int gzip_window = 15 + 16;
constexpr int default_memory = 8;

}  // namespace

GzipStream::GzipStream() : stream_(std::make_unique<z_stream>()) {
  is_usable_ = deflateInit2(stream_.get(), cheapest_level, Z_DEFLATED, gzip_window, default_memory,
                            Z_DEFAULT_STRATEGY) == Z_OK;
}

GzipStream::~GzipStream() {
  if (is_usable_) deflateEnd(stream_.get());
}

std::optional<std::string> GzipStream::packed(std::string_view text, bool is_last) {
  // zlib takes its input as not const, and does not change it.
  stream_->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream_->avail_in = static_cast<uInt>(text.size());
  std::string out;
  do {
    const std::size_t had = out.size();
    out.resize(had + deflateBound(stream_.get(), stream_->avail_in) + 64);
    stream_->next_out = reinterpret_cast<Bytef*>(out.data() + had);
    stream_->avail_out = static_cast<uInt>(out.size() - had);
    if (deflate(stream_.get(), is_last ? Z_FINISH : Z_SYNC_FLUSH) == Z_STREAM_ERROR) return std::nullopt;
    out.resize(out.size() - stream_->avail_out);
  } while (stream_->avail_out == 0);
  return out;
}

}  // namespace collector
