// LineRing: lines that wait to be written, in a fixed amount of memory. When there is no room for a new one,
// the oldest go: who reads again after a while wants to know how things are now. Neither push() nor pop()
// allocates, but for what pop() appends to. Not synchronised: its owner holds a lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace collector {

class LineRing {
 public:
  explicit LineRing(std::size_t bytes);

  // `text` is one or more whole lines, which stay together. Returns how many lines were lost for it: older
  // ones, or its own when it is larger than the ring.
  std::uint64_t push(std::string_view text);
  // Appends the oldest text to `out`. Call only when not empty().
  void pop(std::string& out);
  bool empty() const { return used_ == 0; }
  std::uint64_t lines() const { return lines_; }

 private:
  void put(const char* from, std::size_t size);
  template <typename Each>
  void take(std::size_t size, Each each);
  std::size_t take_size();

  std::unique_ptr<char[]> memory_;  // left as it comes: pages that were never used take no memory
  std::size_t capacity_;
  std::size_t begin_ = 0;
  std::size_t used_ = 0;
  std::uint64_t lines_ = 0;
};

// Line ends in a text.
std::uint64_t lines_in(std::string_view text);

}  // namespace collector
