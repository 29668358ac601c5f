#include "collector/core/line_ring.h"

#include <algorithm>
#include <cstring>

namespace collector {

std::uint64_t lines_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

LineRing::LineRing(std::size_t bytes)
    : memory_(std::make_unique_for_overwrite<char[]>(bytes)), capacity_(bytes) {}

// Each text is kept behind its size.
std::uint64_t LineRing::push(std::string_view text) {
  const std::size_t size = text.size();
  const std::size_t needed = sizeof size + size;
  if (size == 0) return 0;
  if (needed > capacity_) return std::max<std::uint64_t>(lines_in(text), 1);
  std::uint64_t lost = 0;
  while (capacity_ - used_ < needed)
    take(take_size(), [&](std::string_view part) { lost += lines_in(part); });
  lines_ -= lost;
  if (used_ == 0) begin_ = 0;  // so that few lines never touch more than the first page
  put(reinterpret_cast<const char*>(&size), sizeof size);
  put(text.data(), size);
  lines_ += lines_in(text);
  return lost;
}

void LineRing::pop(std::string& out) {
  const std::size_t before = out.size();
  take(take_size(), [&](std::string_view part) { out += part; });
  lines_ -= lines_in(std::string_view(out).substr(before));
}

void LineRing::put(const char* from, std::size_t size) {
  const std::size_t end = (begin_ + used_) % capacity_;
  const std::size_t first = std::min(size, capacity_ - end);
  std::memcpy(memory_.get() + end, from, first);
  std::memcpy(memory_.get(), from + first, size - first);
  used_ += size;
}

// Hands out the oldest bytes, in one part or two.
template <typename Each>
void LineRing::take(std::size_t size, Each each) {
  const std::size_t first = std::min(size, capacity_ - begin_);
  each(std::string_view(memory_.get() + begin_, first));
  if (first < size) each(std::string_view(memory_.get(), size - first));
  begin_ = (begin_ + size) % capacity_;
  used_ -= size;
}

std::size_t LineRing::take_size() {
  std::size_t size = 0;
  char* to = reinterpret_cast<char*>(&size);
  take(sizeof size, [&](std::string_view part) {
    std::memcpy(to, part.data(), part.size());
    to += part.size();
  });
  return size;
}

}  // namespace collector
