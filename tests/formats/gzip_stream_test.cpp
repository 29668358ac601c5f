#include "collector/formats/gzip_stream.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

namespace collector {
namespace {

// As much of it as can be read so far.
std::string unpacked(std::string_view packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out(1 << 20, '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_SYNC_FLUSH);
  EXPECT_TRUE(result == Z_OK || result == Z_STREAM_END) << result;
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST(GzipStream, EachPartCanBeReadAsSoonAsItIsThere) {
  GzipStream gzip;
  ASSERT_TRUE(gzip.is_usable());
  std::mt19937_64 random(1);
  std::string plain, packed;
  for (int i = 0; i < 20; ++i) {
    std::string part(static_cast<std::size_t>(i) * 997 + 1, 'x');
    for (char& c : part)
      c = static_cast<char>(random() % (i % 2 == 0 ? 256 : 3));  // some that no compression makes smaller
    plain += part;
    packed += gzip.part(part).value();
    EXPECT_EQ(unpacked(packed), plain) << i;
  }
  packed += gzip.end().value();
  EXPECT_EQ(unpacked(packed), plain);
  EXPECT_EQ(static_cast<unsigned char>(packed[0]), 0x1f);
}

TEST(GzipStream, NothingAtAllIsAnEmptyText) {
  GzipStream gzip;
  EXPECT_EQ(unpacked(gzip.end().value()), "");
}

}  // namespace
}  // namespace collector
