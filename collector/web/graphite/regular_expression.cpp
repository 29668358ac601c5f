#include "collector/web/graphite/regular_expression.h"

#include <fmt/format.h>

#include <array>

namespace collector::web::graphite {
namespace {

constexpr std::size_t longest_expression = 256;
constexpr std::size_t longest_result = 16 * 1024;

}  // namespace

void RegularExpression::Free::operator()(regex_t* compiled) const {
  regfree(compiled);
  delete compiled;
}

Result<RegularExpression> RegularExpression::read(const std::string& text) {
  const auto wrong = [&](std::string_view why) {
    return fail(fmt::format("the regular expression '{}' {}", text.substr(0, longest_expression), why));
  };
  if (text.size() > longest_expression)
    return wrong(fmt::format("is longer than {} bytes", longest_expression));
  std::string posix;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') return wrong("has a {, which is not taken here");
    posix += text[i];
    if (text[i] != '\\' || i + 1 == text.size()) continue;
    const char next = text[++i];
    if (next >= '1' && next <= '9') return wrong("refers to a group of its own");
    // What others write for a digit POSIX has no word for.
    if (next == 'd')
      posix.replace(posix.size() - 1, 1, "[0-9]");
    else
      posix += next;
  }
  std::unique_ptr<regex_t, Free> compiled;
  auto room = std::make_unique<regex_t>();
  if (const int error = regcomp(room.get(), posix.c_str(), REG_EXTENDED); error != 0) {
    std::array<char, 128> why{};
    regerror(error, room.get(), why.data(), why.size());
    return wrong(fmt::format("can't be read: {}", why.data()));
  }
  compiled.reset(room.release());
  return RegularExpression(std::move(compiled));
}

bool RegularExpression::matches(const std::string& text) const {
  return regexec(compiled_.get(), text.c_str(), 0, nullptr, 0) == 0;
}

std::string RegularExpression::replaced(const std::string& text, std::string_view with) const {
  std::string result;
  std::size_t at = 0;
  for (std::array<regmatch_t, 10> found{}; at <= text.size() && result.size() < longest_result;) {
    if (regexec(compiled_.get(), text.c_str() + at, found.size(), found.data(), at > 0 ? REG_NOTBOL : 0) != 0)
      break;
    const auto begin = at + static_cast<std::size_t>(found[0].rm_so);
    const auto end = at + static_cast<std::size_t>(found[0].rm_eo);
    result += text.substr(at, begin - at);
    for (std::size_t i = 0; i < with.size(); ++i) {
      const bool is_group =
          with[i] == '\\' && i + 1 < with.size() && with[i + 1] >= '0' && with[i + 1] <= '9';
      if (!is_group) {
        result += with[i];
        continue;
      }
      const regmatch_t& group = found.at(static_cast<std::size_t>(with[++i] - '0'));
      if (group.rm_so >= 0)
        result += text.substr(at + static_cast<std::size_t>(group.rm_so),
                              static_cast<std::size_t>(group.rm_eo - group.rm_so));
    }
    // Nothing was found between two letters: the next one is looked behind.
    if (begin == end && end < text.size()) result += text[end];
    at = begin == end ? end + 1 : end;
    if (at == text.size() && begin != end) break;
  }
  if (at < text.size()) result += text.substr(at);
  return result;
}

}  // namespace collector::web::graphite
