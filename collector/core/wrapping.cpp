#include "collector/core/wrapping.h"

#include <algorithm>
#include <utility>

#include "collector/core/characters.h"

namespace collector {
namespace {

struct Word {
  std::string_view bytes;
  std::size_t width = 0;
};

// Up to where spaces begin or end.
Word take_word(std::string_view& text, bool of_spaces) {
  const std::string_view all = text;
  Word word;
  while (!text.empty() && (text.front() == ' ') == of_spaces)
    word.width += take_character(text).width;
  word.bytes = all.substr(0, all.size() - text.size());
  return word;
}

// The column in which the text after a line's first gap of two spaces or more begins; 0: there is none.
std::size_t column_after_gap(std::string_view line) {
  std::size_t column = take_word(line, true).width;
  while (!line.empty()) {
    column += take_word(line, false).width;
    const std::size_t gap = take_word(line, true).width;
    column += gap;
    if (gap >= 2) return line.empty() ? 0 : column;
  }
  return 0;
}

// One line, broken between words; within a word only where that is longer than a line.
class Wrapping {
 public:
  Wrapping(std::string_view line, std::size_t columns) : columns_(columns) {
    std::string_view rest = line;
    const Word margin = take_word(rest, true);
    const std::size_t gap = column_after_gap(line);
    // A second column that begins too far right begins below the first one instead.
    const bool below = gap > columns / 2;
    indent_ = gap == 0 ? margin.width : below ? margin.width + 4 : gap;
    if (gap == 0 && margin.width > 0) indent_ += 2;
    const std::size_t deepest = columns < 4 ? 0 : columns / 2;
    indent_ = std::min(indent_, deepest);
    put({margin.bytes.substr(0, deepest), std::min(margin.width, deepest)});
    Word between;
    bool first_gap = true;
    while (!rest.empty()) {
      const Word word = take_word(rest, false);
      const bool break_here = below && first_gap && between.width >= 2;
      if (between.width >= 2) first_gap = false;
      if (break_here || column_ + between.width + word.width > columns)
        begin_line(word.width);
      else
        put(between);
      put(word);
      between = take_word(rest, true);
    }
  }
  std::string text() && { return std::move(out_); }

 private:
  // A long word that fits a line, only not one with so much indent, gets less.
  void begin_line(std::size_t width) {
    if (!started_) return;
    column_ = width <= columns_ ? std::min(indent_, columns_ - width) : indent_;
    out_ += '\n';
    out_.append(column_, ' ');
    started_ = false;
  }
  void put(const Word& word) {
    std::string_view rest = word.bytes;
    while (!rest.empty()) {
      const Character character = take_character(rest);
      if (column_ + character.width > columns_) begin_line(character.width);
      out_ += character.bytes;
      column_ += character.width;
      started_ = started_ || character.bytes != " ";
    }
  }

  std::string out_;
  std::size_t columns_;
  std::size_t indent_ = 0;
  std::size_t column_ = 0;
  bool started_ = false;  // this line holds more than its indent
};

}  // namespace

std::string wrapped(std::string_view line, std::size_t columns) {
  return Wrapping(line, columns).text();
}

}  // namespace collector
