#include "collector/formats/gzip.h"

#include <zlib.h>

namespace collector {
namespace {

constexpr int level = 1;
constexpr int window_with_gzip_header = 15 + 16;
constexpr int usual_memory = 8;

}  // namespace

Gzip::Gzip() : stream_(std::make_unique<z_stream>()) {
  usable_ = deflateInit2(stream_.get(), level, Z_DEFLATED, window_with_gzip_header, usual_memory,
                         Z_DEFAULT_STRATEGY) == Z_OK;
}

Gzip::~Gzip() {
  if (usable_) deflateEnd(stream_.get());
}

std::string_view Gzip::compress(std::string_view text) {
  if (!usable_ || deflateReset(stream_.get()) != Z_OK) return {};
  const uLong bound = deflateBound(stream_.get(), static_cast<uLong>(text.size()));
  if (out_.size() < bound) out_.resize(bound);
  // zlib takes its input as not const, and does not change it.
  stream_->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream_->avail_in = static_cast<uInt>(text.size());
  stream_->next_out = reinterpret_cast<Bytef*>(out_.data());
  stream_->avail_out = static_cast<uInt>(out_.size());
  if (deflate(stream_.get(), Z_FINISH) != Z_STREAM_END) return {};
  return std::string_view(out_).substr(0, stream_->total_out);
}

}  // namespace collector
