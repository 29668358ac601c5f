// LineBlock: the lines of one request, and which row each is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace collector::influx {

struct LineBlock {
  struct Line {
    std::uint32_t batch = 0;  // index into the batches of the write
    std::uint32_t row = 0;    // index into that batch's rows
    std::size_t begin = 0;    // in text
    std::size_t end = 0;      // behind its newline
  };
  std::string text;
  std::vector<Line> lines;

  std::string_view line(std::size_t index) const {  // without its newline
    return std::string_view(text).substr(lines[index].begin, lines[index].end - lines[index].begin - 1);
  }
  void clear() {
    text.clear();
    lines.clear();
  }
};

// The name that a line begins with, up to the first comma or space: enough to tell which lines belong
// together.
inline std::string_view measurement_of(std::string_view line) {
  return line.substr(0, line.find_first_of(", "));
}

}  // namespace collector::influx
