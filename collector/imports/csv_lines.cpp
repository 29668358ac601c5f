#include "collector/imports/csv_lines.h"

namespace collector::imports {

CsvLines::CsvLines(std::string_view text) : text_(text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  const auto found = text_.substr(0, text_.find('\n')).find_first_of(",;\t");
  if (found != std::string_view::npos) separator_ = text_[found];
}

std::optional<std::vector<std::string>> CsvLines::next() {
  while (at_ < text_.size()) {
    line_ = next_line_;
    std::vector<std::string> fields(1);
    bool quoted = false, any = false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\n') ++next_line_;
      if (quoted) {
        if (c != '"')
          fields.back() += c;
        else if (at_ < text_.size() && text_[at_] == '"')
          fields.back() += text_[at_++];
        else
          quoted = false;
      } else if (c == '\n') {
        break;
      } else if (c == '"' && fields.back().empty()) {
        quoted = any = true;
      } else if (c == separator_) {
        fields.emplace_back();
        any = true;
      } else if (c != '\r' || (at_ < text_.size() && text_[at_] != '\n')) {
        fields.back() += c;
        any = true;
      }
    }
    if (any) return fields;
  }
  return std::nullopt;
}

}  // namespace collector::imports
