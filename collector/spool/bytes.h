// Writing and reading the spool's own binary formats: little bytes for little numbers. The reader never looks
// outside its span: once it had to, it is failed for good and returns zeros.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace collector {

// Signed numbers near zero become small unsigned ones: 0, -1, 1, -2 … → 0, 1, 2, 3 …
inline std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
}
// Differences that may leave the range: they wrap, and wrap back when added again.
inline std::int64_t wrapping_difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
inline std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// The bits whose first byte in memory is the most significant one, and back.
inline std::uint64_t big_endian(std::uint64_t bits) {
  return std::endian::native == std::endian::big ? bits : std::byteswap(bits);
}

// A double without the zero bytes at its end: whole numbers have many of them.
struct ShortReal {
  std::uint64_t bits;
  unsigned size;  // significant bytes, 0–8

  explicit ShortReal(double value)
      : bits(std::bit_cast<std::uint64_t>(value)),
        size(bits == 0 ? 0 : 8 - static_cast<unsigned>(std::countr_zero(bits)) / 8) {}
};

// Appends to a vector. Until finish() that is longer than what was written, so that most writes need only
// look whether there is room.
class ByteWriter {
 public:
  explicit ByteWriter(std::vector<std::byte>& out) : out_(out), size_(out.size()) {}

  void byte(unsigned value) {
    *room(1) = static_cast<std::byte>(value);
    ++size_;
  }
  void varint(std::uint64_t value) {
    std::byte* next = room(most_of_a_varint);
    for (; value >= 0x80; value >>= 7, ++size_)
      *next++ = static_cast<std::byte>((value & 0x7F) | 0x80);
    *next = static_cast<std::byte>(value);
    ++size_;
  }
  void number(std::int64_t value) { varint(zigzag(value)); }
  void text(std::string_view value) {
    varint(value.size());
    std::ranges::copy(std::as_bytes(std::span(value)), room(value.size()));
    size_ += value.size();
  }
  void real_bytes(ShortReal real) {  // the reader must know the size
    const std::uint64_t bytes = big_endian(real.bits);
    std::memcpy(room(sizeof bytes), &bytes, sizeof bytes);
    size_ += real.size;
  }
  void real(double value) {
    const ShortReal shortened(value);
    byte(shortened.size);
    real_bytes(shortened);
  }
  void fixed32(std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i)
      byte((value >> (8 * i)) & 0xFF);
  }
  std::span<const std::byte> written() const { return std::span(out_).first(size_); }
  void finish() { out_.resize(size_); }

 private:
  static constexpr std::size_t most_of_a_varint = 10;

  std::byte* room(std::size_t bytes) {
    if (out_.size() - size_ < bytes) out_.resize(2 * out_.size() + bytes);
    return out_.data() + size_;
  }

  std::vector<std::byte>& out_;
  std::size_t size_;
};

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  unsigned byte() {
    if (offset_ >= bytes_.size()) return stop();
    return static_cast<unsigned>(bytes_[offset_++]);
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t part = byte();
      value |= (part & 0x7F) << shift;
      if ((part & 0x80) == 0) return shift == 63 && part > 1 ? stop() : value;
    }
    return stop();
  }
  std::int64_t number() { return unzigzag(varint()); }
  std::string_view text() {
    const std::uint64_t size = varint();
    if (size > remaining()) {
      stop();
      return {};
    }
    const auto* start = reinterpret_cast<const char*>(bytes_.data() + offset_);
    offset_ += static_cast<std::size_t>(size);
    return {start, static_cast<std::size_t>(size)};
  }
  double real_bytes(unsigned size) {
    if (size > 8) return stop();
    std::uint64_t bits = 0;
    if (size == 0) return 0;
    if (remaining() >= sizeof bits) {
      std::memcpy(&bits, bytes_.data() + offset_, sizeof bits);
      offset_ += size;
      return std::bit_cast<double>(big_endian(bits) & (~std::uint64_t{0} << (64 - 8 * size)));
    }
    for (unsigned i = 0; i < size; ++i)
      bits |= std::uint64_t{byte()} << (56 - 8 * i);
    return std::bit_cast<double>(bits);
  }
  double real() { return real_bytes(byte()); }
  std::uint32_t fixed32() {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i)
      value |= byte() << (8 * i);
    return value;
  }

  // Marks the input as wrong at this place.
  unsigned stop() {
    failed_ = true;
    return 0;
  }
  bool failed() const { return failed_; }
  std::size_t offset() const { return offset_; }
  std::size_t remaining() const { return failed_ ? 0 : bytes_.size() - offset_; }
  std::span<const std::byte> rest() const { return bytes_.subspan(std::min(offset_, bytes_.size())); }

 private:
  std::span<const std::byte> bytes_;
  std::size_t offset_ = 0;
  bool failed_ = false;
};

}  // namespace collector
