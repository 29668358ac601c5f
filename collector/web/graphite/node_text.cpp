#include "collector/web/graphite/node_text.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <charconv>

namespace collector::web::graphite {
namespace {

bool stays(unsigned char byte) {
  const bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  const bool is_digit = byte >= '0' && byte <= '9';
  return is_letter || is_digit || byte >= 0x80 || byte == '_' || byte == '-' || byte == ':' || byte == '@';
}

// Where the brace at `open` is closed; npos: nowhere.
std::size_t closing(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

// "a,b{c,d}" at its own commas.
std::vector<std::string_view> choices_of(std::string_view text) {
  std::vector<std::string_view> choices;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}') --depth;
    if (text[i] != ',' || depth > 0) continue;
    choices.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  choices.push_back(text.substr(begin));
  return choices;
}

// Adds all that `text` can be; false: too many, or a brace is alone.
bool expand(const std::string& text, std::vector<std::string>& words) {
  const std::size_t open = text.find('{');
  if (open == std::string::npos) {
    if (text.contains('}') || words.size() == NodePattern::most_words) return false;
    words.push_back(text);
    return true;
  }
  const std::size_t close = closing(text, open);
  if (close == std::string::npos || text.find('}') < open) return false;
  const std::string_view inside = std::string_view(text).substr(open + 1, close - open - 1);
  return std::ranges::all_of(choices_of(inside), [&](std::string_view choice) {
    return expand(text.substr(0, open) + std::string(choice) + text.substr(close + 1), words);
  });
}

}  // namespace

std::string node_of(std::string_view value) {
  if (value.empty()) return "~";
  std::string node;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (stays(byte))
      node += c;
    else
      node += fmt::format("~{:02X}", byte);
  }
  return node;
}

std::string value_of(std::string_view node) {
  if (node == "~") return "";
  std::string value;
  for (std::size_t i = 0; i < node.size(); ++i) {
    unsigned byte = 0;
    const auto [end, error] = node[i] == '~' && node.size() - i > 2
                                  ? std::from_chars(node.data() + i + 1, node.data() + i + 3, byte, 16)
                                  : std::from_chars_result{nullptr, std::errc::invalid_argument};
    const bool is_byte = error == std::errc{} && end == node.data() + i + 3;
    value += is_byte ? static_cast<char>(byte) : node[i];
    i += is_byte ? 2 : 0;
  }
  return value;
}

std::vector<std::string> nodes_of(std::string_view path) {
  std::vector<std::string> nodes(1);
  int depth = 0;
  for (const char c : path) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (c == '.' && depth <= 0)
      nodes.emplace_back();
    else
      nodes.back() += c;
  }
  return nodes;
}

const std::string* node_at(const std::vector<std::string>& nodes, double place) {
  const auto count = static_cast<std::ptrdiff_t>(nodes.size());
  auto at = static_cast<std::ptrdiff_t>(place);
  if (at < 0) at += count;
  return at < 0 || at >= count ? nullptr : &nodes[static_cast<std::size_t>(at)];
}

std::string path_of(const std::vector<std::string>& nodes) {
  return fmt::format("{}", fmt::join(nodes, "."));
}

Result<NodePattern> NodePattern::read(std::string_view text) {
  std::vector<std::string> words;
  if (expand(std::string(text), words)) return NodePattern(std::move(words));
  if (words.size() == most_words)
    return fail(fmt::format("the braces of '{}' stand for more than {} names", text, most_words), "write *");
  return fail(fmt::format("a brace of '{}' has no other half", text), "write {this,that}");
}

bool NodePattern::matches(std::string_view node) const {
  const std::string name(node);
  return std::ranges::any_of(words_, [&](const std::string& word) {
    return fnmatch(word.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
  });
}

bool NodePattern::is_literal() const {
  return words_.size() == 1 && words_.front().find_first_of("*?[") == std::string::npos;
}

}  // namespace collector::web::graphite
