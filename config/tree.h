// The positioned tree: what a YAML file says, with the place of every key and value, before any meaning is
// given to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace collector {

// Where in the file; both from 1, columns in characters. Line 0: about the whole file.
struct Position {
  int line = 0;
  int column = 0;

  friend auto operator<=>(const Position&, const Position&) = default;
};

struct TreeEntry;

struct TreeNode {
  enum class Kind : std::uint8_t { null, scalar, sequence, map };

  Kind kind = Kind::null;
  Position at = {};
  std::string text = {};     // scalar: exactly as written, substitutions done
  bool quoted = false;       // scalar: in quotes or a block, so a text whatever it looks like
  bool substituted = false;  // scalar: holds text from the environment or a file
  bool secret = false;       // scalar: holds text from a secret file
  bool broken = false;       // a problem with it has been reported: say no more
  std::vector<TreeNode> items = {};
  std::vector<TreeEntry> entries;  // map: in the file's order, keys unique

  const TreeEntry* find(std::string_view key) const;
};

struct TreeEntry {
  std::string key;
  Position at;
  TreeNode value;
};

inline const TreeEntry* TreeNode::find(std::string_view key) const {
  for (const TreeEntry& entry : entries)
    if (entry.key == key) return &entry;
  return nullptr;
}

// Of a setting of the top level; nowhere when it is not given.
inline Position place_of(const TreeNode& root, std::string_view name) {
  const TreeEntry* entry = root.find(name);
  return entry != nullptr ? entry->value.at : Position{};
}

// "sinks" + "local" → "sinks.local"; the top's path is empty.
inline std::string child_path(std::string_view parent, std::string_view name) {
  return parent.empty() ? std::string(name) : std::string(parent) + "." + std::string(name);
}

}  // namespace collector
