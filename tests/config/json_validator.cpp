#include "tests/config/json_validator.h"

#include <cctype>

namespace collector::test {
namespace {

class Validator {
 public:
  explicit Validator(std::string_view text) : rest_(text) {}
  bool document() {
    const bool good = value();
    spaces();
    return good && rest_.empty();
  }

 private:
  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  void spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n\r\t"), rest_.size())); }

  bool value() {
    spaces();
    if (take("{")) return members('}', true);
    if (take("[")) return members(']', false);
    if (rest_.starts_with('"')) return string();
    return take("true") || take("false") || take("null") || number();
  }
  bool members(char end, bool named) {
    spaces();
    if (take(std::string_view(&end, 1))) return true;
    do {
      spaces();
      if (named && !(string() && (spaces(), take(":")))) return false;
      if (!value()) return false;
      spaces();
    } while (take(","));
    return take(std::string_view(&end, 1));
  }
  bool string() {
    if (!take("\"")) return false;
    while (!rest_.empty() && rest_.front() != '"') {
      if (static_cast<unsigned char>(rest_.front()) < 0x20) return false;
      const std::size_t length = rest_.front() != '\\' ? 1 : rest_.starts_with("\\u") ? 6 : 2;
      if (length == 2 &&
          (rest_.size() < 2 || std::string_view("\"\\/bfnrt").find(rest_[1]) == std::string_view::npos))
        return false;
      if (length > rest_.size()) return false;
      rest_.remove_prefix(length);
    }
    return take("\"");
  }
  bool digits() {
    const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(count);
    return count > 0;
  }
  bool number() {
    take("-");
    if (!take("0") && !digits()) return false;
    return !take(".") || digits();
  }

  std::string_view rest_;
};

}  // namespace

bool is_json(std::string_view text) {
  return Validator(text).document();
}

}  // namespace collector::test
