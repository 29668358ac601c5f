#include "config/yaml_reader.h"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "collector/core/scanner.h"
#include "config/text_check.h"
#include "config/tree_builder.h"

namespace collector {
namespace {

// The library's words for the common mistakes, and what to do about each.
struct Explanation {
  std::string_view message;  // how it begins
  std::string_view what;
  std::string_view remedy;
};
constexpr std::array<Explanation, 9> explanations = {{
    {"illegal map value", "a colon that can't stand here",
     "put a text that holds \": \" in quotes, and check the indentation of this line"},
    {"end of map not found", "does not continue the table above",
     "check the indentation, and what follows a quote"},
    {"end of sequence not found", "does not continue the list above", "check the indentation"},
    {"end of map flow not found", "the { before it is not closed",
     "close it with }, and put texts that hold { or }, such as ${NAME}, in quotes"},
    {"end of sequence flow not found", "the [ before it is not closed",
     "close it with ], and put texts that hold [ or ] in quotes"},
    {"the referenced anchor is not defined",
     "a text that begins with * is an alias, and nothing has that name",
     "put globs such as \"*eth\" in quotes"},
    {"unknown token", "a text can't begin with this character", "put the text in quotes"},
    {"illegal flow end", "a ] or } that nothing opened", "remove it, or put the text in quotes"},
    {"illegal block entry", "a - that can't stand here",
     "begin list items on lines of their own, equally indented"},
}};

// A line and where its content begins, a # before it not counted; nothing: it is blank.
struct IndentedLine {
  std::string_view content;
  std::size_t indent = 0;
  bool comment = false;
};
IndentedLine indented(std::string_view line) {
  line = line.substr(0, line.find_last_not_of(" \r") + 1);
  const std::size_t first = line.find_first_not_of(' ');
  if (first == std::string_view::npos || line[first] != '#')
    return {line.substr(std::min(first, line.size())), first, false};
  const std::size_t after = line.find_first_not_of(' ', first + 1);
  if (after == std::string_view::npos) return {};
  return {line.substr(after), after - 1, true};
}

// "Its table, `net:`, is commented out in line 30": a line that is indented below nothing but a comment.
std::string table_in_comment(std::string_view text, int line_number) {
  std::vector<std::string_view> lines;
  for (std::string_view rest = text; const auto line = next_line(rest);)
    if (lines.size() < static_cast<std::size_t>(std::max(line_number, 0))) lines.push_back(*line);
  if (lines.empty()) return {};
  const std::size_t indent = indented(lines.back()).indent;
  for (std::size_t i = lines.size() - 1; i-- > 0;) {
    const IndentedLine above = indented(lines[i]);
    if (above.content.empty() || above.indent >= indent) continue;
    if (!above.comment) return {};
    if (above.content.ends_with(':') && above.content.find(' ') == std::string_view::npos)
      return fmt::format("its table, `{}`, is commented out in line {}", above.content, i + 1);
  }
  return {};
}

void report(const YAML::Exception& error, std::string_view text, Places& places, Problems& problems) {
  const Position at = error.mark.is_null() ? Position{} : places.of(error.mark);
  if (error.msg.starts_with("end of map not found"))
    if (const std::string table = table_in_comment(text, at.line); !table.empty())
      return problems.add(at, "", table, "take the # of that line away too");
  // yaml-cpp 0.8 appends what the mistake is about.
  for (const Explanation& explanation : explanations)
    if (error.msg.starts_with(explanation.message))
      return problems.add(at, "", explanation.what, explanation.remedy);
  problems.add(at, "", "not valid YAML: " + error.msg, "check this line and the one before it");
}

}  // namespace

std::optional<TreeNode> read_yaml(std::string_view text, Problems& problems) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (!check_text(text, problems)) return std::nullopt;
  Places places(text);
  TreeBuilder builder(text, places, problems);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    // Never more than two: the library can deliver empty documents without end, and the builder refuses a
    // second one.
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
  } catch (const YAML::Exception& error) {
    report(error, text, places, problems);
    return std::nullopt;
  } catch (const StopReading&) {
    return std::nullopt;
  }
  auto root = builder.take();
  return root ? std::move(root) : TreeNode{};
}

}  // namespace collector
