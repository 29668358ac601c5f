#include <array>
#include <optional>

#include "tests/conventions/rules.h"

namespace collector::test {
namespace {

struct Folder {
  std::string_view prefix;
  int floor;
};

constexpr std::array folders{
    Folder{"collector/core/", 0},      Folder{"collector/sqlite/", 1},
    Folder{"collector/formats/", 1},   Folder{"config/", 1},
    Folder{"collector/spool/", 2},     Folder{"collector/history/", 2},
    Folder{"collector/imports/", 3},   Folder{"collector/samplers/", 3},
    Folder{"collector/pipeline/", 3},  Folder{"sinks/", 3},
    Folder{"collector/app/", 4},       Folder{"collector/http/", 1},
    Folder{"collector/transport/", 1}, Folder{"collector/access/", 2},
    Folder{"collector/web/", 5},       Folder{"collector/cli/", 6},
    Folder{"collector/main.cpp", 7},
};

const Folder* folder_of(std::string_view path) {
  for (const Folder& folder : folders)
    if (path.starts_with(folder.prefix)) return &folder;
  return nullptr;
}

// "net" for collector/samplers/net/…, nothing for files beside the plugins' folders.
std::optional<std::string_view> plugin_of(std::string_view path) {
  for (const std::string_view parent : {"collector/samplers/", "sinks/"}) {
    if (!path.starts_with(parent)) continue;
    path.remove_prefix(parent.size());
    const auto slash = path.find('/');
    if (slash != std::string_view::npos) return path.substr(0, slash);
  }
  return std::nullopt;
}

// Why `path` may not include `name`; empty when it may.
std::string objection(const std::string& path, const std::string& name, const SourceTree& tree) {
  if (!tree.contains(name)) return "is no file of the project; write the path from the project's top";
  const Folder* from = folder_of(path);
  const Folder* to = folder_of(name);
  if (from == nullptr) return "is included from outside of the floors; give the folder a floor";
  if (to == nullptr) return "belongs to no floor";
  if (from != to) return to->floor < from->floor ? "" : "is on the same floor or a higher one";
  const auto included = plugin_of(name);
  if (!included || plugin_of(path) == included) return "";
  if (path == std::string(from->prefix) + "table.cpp") return "";
  return plugin_of(path) ? "belongs to a sibling" : "belongs to one plugin; only table.cpp knows them";
}

}  // namespace

Violations check_floors(const SourceTree& tree) {
  Violations violations;
  for (const auto& [path, text] : tree) {
    if (!is_product_source(path)) continue;
    for (const Include& include : includes_of(text)) {
      if (!include.quoted) continue;
      const std::string why = objection(path, include.name, tree);
      if (!why.empty())
        violations.push_back(path + ":" + std::to_string(include.line) + ": \"" + include.name + "\" " + why);
    }
  }
  return violations;
}

}  // namespace collector::test
