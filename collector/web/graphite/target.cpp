#include "collector/web/graphite/target.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "collector/core/numbers.h"

namespace collector::web::graphite {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// What ends a word that is not in braces.
bool ends_word(char c) {
  return is_blank(c) || c == '(' || c == ')' || c == ',' || c == '\'' || c == '"' || c == '=' || c == '|' ||
         c == ';';
}

class TargetParser {
 public:
  explicit TargetParser(std::string_view text) : text_(text) {}

  Result<Target> all() {
    auto target = argument(0);
    if (!target) return target;
    skip_blanks();
    if (at_ < text_.size()) return wrong("the target should end");
    if (target->kind == Target::Kind::path || target->kind == Target::Kind::call) return target;
    return fail(fmt::format("{} is no series", target->written),
                "write a name, or a function of names, such as sumSeries(collector.*.net.*.bytes_recv.rate)");
  }

 private:
  std::unexpected<Error> wrong(std::string_view what) const {
    const std::string found = at_ < text_.size() ? fmt::format(", where '{}' is", text_.substr(at_, 20)) : "";
    return fail(fmt::format("at {}{}, {}", at_ + 1, found, what));
  }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_]))
      ++at_;
  }
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // Up to what ends it; within braces commas belong to it.
  std::string_view word() {
    const std::size_t begin = at_;
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '{') ++depth;
      if (c == '}') --depth;
      if (ends_word(c) && !(depth > 0 && c == ',')) break;
    }
    return text_.substr(begin, at_ - begin);
  }

  Result<Target> argument(int depth) {
    if (depth > deepest_target) return wrong(fmt::format("more than {} functions in each other", depth - 1));
    skip_blanks();
    const std::size_t begin = at_;
    auto target = quoted_or_word(depth);
    if (target) target->written = std::string(text_.substr(begin, at_ - begin));
    return target;
  }

  Result<Target> quoted_or_word(int depth) {
    for (const char quote : {'\'', '"'})
      if (take(quote)) {
        const std::size_t end = text_.find(quote, at_);
        if (end == std::string_view::npos) return wrong(fmt::format("{} has no other half", quote));
        Target target{.kind = Target::Kind::text, .text = std::string(text_.substr(at_, end - at_))};
        at_ = end + 1;
        return target;
      }
    const std::string name(word());
    if (name.empty()) return wrong("a name, a number or a text is missing");
    if (take('(')) return call(name, depth);
    if (name == "true" || name == "false")
      return Target{.kind = Target::Kind::boolean, .text = name, .number = name == "true" ? 1.0 : 0.0};
    if (const auto number = parse_real(name); number && std::isfinite(*number))
      return Target{.kind = Target::Kind::number, .text = name, .number = *number};
    return Target{.kind = Target::Kind::path, .text = name};
  }

  // func='sum': what stands before an equals sign, if that comes next.
  std::string keyword() {
    skip_blanks();
    const std::size_t begin = at_;
    const std::string name(word());
    skip_blanks();
    if (!name.empty() && take('=')) return name;
    at_ = begin;
    return {};
  }

  Result<Target> call(const std::string& name, int depth) {
    Target target{.kind = Target::Kind::call, .text = name};
    skip_blanks();
    if (take(')')) return target;
    do {
      std::string by_name = keyword();
      auto one = argument(depth + 1);
      if (!one) return one;
      one->keyword = std::move(by_name);
      target.arguments.push_back(std::move(*one));
      skip_blanks();
    } while (take(','));
    if (!take(')')) return wrong(fmt::format("')' of {}( is missing", name));
    return target;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (text.size() > longest_target)
    return fail(fmt::format("a target may have {} bytes at most", longest_target));
  return TargetParser(text).all();
}

}  // namespace collector::web::graphite
