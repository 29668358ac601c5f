// Manual pages in the man(7) macros, from the same texts as the other documents.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collector/cli/command_line.h"

namespace collector {

struct ManualHeading {
  std::string name;  // "collector.yaml"
  int section = 1;
  std::string sentence;  // behind the name, on the page and in `apropos`
};

// The Markdown that the generated references use: headings, paragraphs, tables, lists, indented and inline
// code. A table's row becomes an entry: first cell, then the others, each with its column's title if it has
// one. The title line (`# …`) is left out.
std::string manual_from_markdown(const ManualHeading& heading, std::string_view markdown);

std::string command_line_manual(const std::vector<CommandDescription>& commands);  // collector(1)

}  // namespace collector
