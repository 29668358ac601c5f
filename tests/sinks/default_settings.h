// Settings of a sink as the configuration would give them: all defaults.
#pragma once

#include <span>

#include "config/setting.h"
#include "config/settings.h"
#include "config/table_reader.h"
#include "config/yaml_reader.h"

namespace collector::test {

inline Settings default_settings(std::span<const Setting> table) {
  Problems problems("default");
  return read_table(table, TreeNode{}, {}, "", {}, problems);
}

}  // namespace collector::test
