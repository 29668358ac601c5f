#include "config/comment_lines.h"

namespace collector {

void write_comment(std::string_view text, std::size_t indent, std::string& out) {
  constexpr std::size_t line_width = 75;  // what is commented out as a whole is moved right by four more
  std::string line(indent, ' ');
  line += '#';
  const std::size_t empty = line.size();
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (line.size() > empty && line.size() + 1 + word.size() > line_width) {
      out += line + "\n";
      line.resize(empty);
    }
    line += ' ';
    line += word;
  }
  out += line + "\n";
}

}  // namespace collector
