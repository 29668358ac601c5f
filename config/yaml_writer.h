// Typed settings back into YAML, such that reading it gives the same values.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "config/setting.h"
#include "config/settings.h"

namespace collector {

// A text as a YAML value: in quotes where it needs them, each $ doubled so that nothing is substituted.
std::string yaml_text(std::string_view text);

// A value in flow style, as its row would read it: "1h30m", "[a, b]", "{k: v}". Not for tables and absent
// values. `secret`: tells by path whether a text came from a secret file.
using SecretPaths = std::function<bool(std::string_view path)>;
std::string yaml_value(const Setting& setting, const SettingValue& value, const std::string& path,
                       const SecretPaths& secret);

// All rows of a table that have a value, one per line, nested tables indented below their name.
void write_settings(std::span<const Setting> table, const Settings& settings, int indent,
                    const std::string& path, const SecretPaths& secret, std::string& out);

}  // namespace collector
