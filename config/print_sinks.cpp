#include "config/print_sinks.h"

#include <fmt/format.h>

#include "config/comment_lines.h"
#include "config/components.h"
#include "config/problems.h"
#include "config/yaml_reader.h"

namespace collector {

void write_default_sinks(std::string& out,
                         const std::function<void(const TreeEntry& entry, std::string_view type)>& write) {
  write_comment(
      "Where the rows go: sinks by name. The collector remembers under the name what it has delivered.", 0,
      out);
  out += fmt::format("{}:\n", sinks_key);
  Problems none("default");
  const TreeNode defaults = read_yaml(default_sinks, none).value_or(TreeNode{});
  for (const TreeEntry& entry : defaults.entries)
    if (const TreeEntry* type = entry.value.find("type"); type != nullptr) write(entry, type->value.text);
}

}  // namespace collector
