#include "config/tree_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/yaml_reader.h"

namespace collector {
namespace {

std::size_t node_count(const TreeNode& node) {
  std::size_t sum = 1;
  for (const TreeNode& item : node.items)
    sum += node_count(item);
  for (const TreeEntry& entry : node.entries)
    sum += node_count(entry.value);
  return sum;
}

std::size_t height(const TreeNode& node) {
  std::size_t highest = 0;
  for (const TreeNode& item : node.items)
    highest = std::max(highest, height(item));
  for (const TreeEntry& entry : node.entries)
    highest = std::max(highest, height(entry.value));
  return highest + 1;
}

bool is_character_start(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

}  // namespace

Position Places::of(const YAML::Mark& mark) {
  const auto offset = std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
  if (mark.line != line_ || offset < counted_to_) {
    line_ = mark.line;
    column_ = 1;
    const auto newline = offset == 0 ? std::string_view::npos : text_.rfind('\n', offset - 1);
    counted_to_ = newline == std::string_view::npos ? 0 : newline + 1;
  }
  for (; counted_to_ < offset; ++counted_to_)
    if (is_character_start(text_[counted_to_])) ++column_;
  return {mark.line + 1, column_};
}

void TreeBuilder::stop(Position at, std::string_view what, std::string_view remedy) {
  problems_.add(at, "", what, remedy);
  throw StopReading{};
}

void TreeBuilder::count(std::size_t nodes, Position at) {
  nodes_ += nodes;
  if (nodes_ > most_nodes)
    stop(at, fmt::format("more than {} values, aliases counted as often as they are used", most_nodes),
         "make the file smaller");
}

void TreeBuilder::check_tag(const std::string& tag, Position at) {
  if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
  problems_.add(at, "", fmt::format("YAML tags such as {} have no meaning here", tag), "remove it");
}

// Looks at what the scalar begins with in the text, and that a quote ends: the library lets one run to the
// file's end.
bool TreeBuilder::starts_with_quote(const YAML::Mark& mark, Position at) {
  std::size_t i = static_cast<std::size_t>(std::max(mark.pos, 0));
  while (i < text_.size() && (text_[i] == '&' || text_[i] == '!')) {
    i = std::min(text_.find_first_of(" \t\r\n", i), text_.size());
    i = std::min(text_.find_first_not_of(" \t\r\n", i), text_.size());
  }
  if (i >= text_.size() || (text_[i] != '"' && text_[i] != '\'')) return false;
  const char quote = text_[i];
  for (++i; i < text_.size(); ++i) {
    if (quote == '"' && text_[i] == '\\') {
      ++i;
    } else if (text_[i] == quote) {
      if (quote == '"' || i + 1 >= text_.size() || text_[i + 1] != quote) return true;
      ++i;
    }
  }
  stop(at, "the quotes that begin here never end", "close them");
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (++documents_ == 1) return;
  const auto offset = std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
  if (text_.substr(offset).starts_with("---"))
    stop(places_.of(mark), "a second document begins here",
         "a configuration is one document: remove the ---");
  stop(places_.of(mark), "does not belong to what stands before it",
       "check the indentation and the brackets");
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  TreeNode node;
  // The mark of a missing value is where the next token begins; its key is the better place.
  node.at = !open_.empty() && open_.back().key ? open_.back().key->at : places_.of(mark);
  count(1, node.at);
  complete(std::move(node), anchor);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  TreeNode node{.kind = TreeNode::Kind::scalar, .at = places_.of(mark), .text = value, .entries = {}};
  count(1, node.at);
  check_tag(tag, node.at);
  node.quoted = starts_with_quote(mark, node.at) || (tag != "?" && !tag.empty());
  complete(std::move(node), anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const Position at = places_.of(mark);
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) stop(at, "this alias stands within what it names", "write the value out");
  if (open_.size() + height(found->second) > deepest_nesting)
    stop(at, fmt::format("nested more than {} deep", deepest_nesting), "write it flatter");
  count(node_count(found->second), at);
  complete(found->second, 0);
}

void TreeBuilder::begin(TreeNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                        YAML::anchor_t anchor) {
  const Position at = places_.of(mark);
  count(1, at);
  check_tag(tag, at);
  if (open_.size() >= deepest_nesting)
    stop(at, fmt::format("nested more than {} deep", deepest_nesting), "write it flatter");
  open_.push_back({});
  open_.back().node.kind = kind;
  open_.back().node.at = at;
  open_.back().anchor = anchor;
}

void TreeBuilder::end() {
  Open last = std::move(open_.back());
  open_.pop_back();
  complete(std::move(last.node), last.anchor);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value) {
  begin(TreeNode::Kind::sequence, mark, tag, anchor);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value) {
  begin(TreeNode::Kind::map, mark, tag, anchor);
}

void TreeBuilder::OnSequenceEnd() {
  end();
}

void TreeBuilder::OnMapEnd() {
  merge(open_.back());
  end();
}

void TreeBuilder::complete(TreeNode node, YAML::anchor_t anchor) {
  if (anchor != 0) {
    count(node_count(node), node.at);
    anchors_[anchor] = node;
  }
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.kind == TreeNode::Kind::sequence) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.key) {
    take_key(parent, std::move(node));
  } else {
    const Key key = std::move(*parent.key);
    parent.key.reset();
    if (key.merge) {
      parent.merged.push_back(std::move(node));
    } else if (key.usable) {
      parent.node.entries.push_back({key.text, key.at, std::move(node)});
    }
  }
}

void TreeBuilder::take_key(Open& map, TreeNode node) {
  Key key{node.text, node.at, node.kind == TreeNode::Kind::scalar && !node.quoted && node.text == "<<", true};
  if (node.kind != TreeNode::Kind::scalar || node.text.empty()) {
    problems_.add(node.at, "", "a key must be a name", "write it as `name: value`");
    key.usable = false;
  } else if (const auto [earlier, fresh] = map.seen.try_emplace(key.text, key.at.line); !fresh) {
    problems_.add(key.at, "",
                  fmt::format("\"{}\" is given twice, first in line {}", key.text, earlier->second),
                  "keep one of them");
    key.usable = false;
  }
  map.key = std::move(key);
}

// YAML's merge key: what the map itself says goes first, then the merged maps in their order.
void TreeBuilder::merge(Open& map) {
  for (const TreeNode& source : map.merged) {
    if (source.kind == TreeNode::Kind::sequence) {
      for (const TreeNode& item : source.items)
        merge_from(map, item);
    } else {
      merge_from(map, source);
    }
  }
}

void TreeBuilder::merge_from(Open& map, const TreeNode& source) {
  if (source.kind != TreeNode::Kind::map) {
    problems_.add(source.at, "", "<< can only merge a table",
                  "name an anchor of a table, such as `<<: *common`");
    return;
  }
  for (const TreeEntry& entry : source.entries)
    if (map.seen.try_emplace(entry.key, entry.at.line).second) map.node.entries.push_back(entry);
}

}  // namespace collector
