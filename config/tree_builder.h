// Builds the positioned tree from yaml-cpp's events, so that nothing the library would swallow (duplicate
// keys, unbounded aliases, quotes that never end) gets past. Internal to yaml_reader.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/problems.h"
#include "config/tree.h"

namespace collector {

// Thrown through yaml-cpp to stop it; the problem is already reported.
struct StopReading {};

// Line and column (in characters) of yaml-cpp's marks, which count bytes. Cheap when asked in the text's
// order.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {}
  Position of(const YAML::Mark& mark);

 private:
  std::string_view text_;
  int line_ = -1;
  std::size_t counted_to_ = 0;
  int column_ = 1;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, Places& places, Problems& problems)
      : text_(text), places_(places), problems_(problems) {}

  std::optional<TreeNode> take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  struct Key {
    std::string text;
    Position at;
    bool merge = false;  // <<
    bool usable = true;  // false: a problem was reported, the value is dropped
  };
  struct Open {
    TreeNode node;
    YAML::anchor_t anchor = 0;
    std::optional<Key> key;                     // a map's: the next node is its value
    std::unordered_map<std::string, int> seen;  // keys and their lines
    std::vector<TreeNode> merged;
  };

  void begin(TreeNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void end();
  void complete(TreeNode node, YAML::anchor_t anchor);
  void take_key(Open& map, TreeNode node);
  void merge(Open& map);
  void merge_from(Open& map, const TreeNode& source);
  void check_tag(const std::string& tag, Position at);
  bool starts_with_quote(const YAML::Mark& mark, Position at);
  void count(std::size_t nodes, Position at);
  [[noreturn]] void stop(Position at, std::string_view what, std::string_view remedy);

  std::string_view text_;
  Places& places_;
  Problems& problems_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, TreeNode> anchors_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
  std::optional<TreeNode> root_;
};

}  // namespace collector
