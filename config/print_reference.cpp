#include <fmt/format.h>

#include "collector/core/units.h"
#include "config/components.h"
#include "config/configuration.h"
#include "config/plans.h"
#include "config/table_reader.h"
#include "config/tree.h"

namespace collector {
namespace {

constexpr std::string_view introduction = R"(# Configuration

The configuration is one YAML file, the first of `--config FILE`, `$COLLECTOR_CONFIG`,
`$XDG_CONFIG_HOME/collector/collector.yaml` (or `~/.config/…`) and `/etc/collector/collector.yaml`. Without a file the defaults
below apply: all samplers of the default set, and one SQLite sink. This page is printed by `collector config --reference`.
`collector config --defaults` prints a file with every setting, and `collector config --schema` a JSON schema for editors.
`collector check` lists the mistakes in a file.

## Values

| kind | examples | |
|---|---|---|
| duration | `30s`, `15m`, `1h30m`, `7d` | units ns, us, ms, s, m, h, d, w, y (365 days); a number without a unit is refused |
| size | `64MiB`, `2GB` | B; kB, MB, GB, TB are powers of 1000, and KiB, MiB, GiB, TiB powers of 1024 |
| rate | `100Gbit/s`, `12.5MB/s` | bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s, or a size per second |
| whole number | `5000` | without quotes and without leading zeros |
| true or false | `true`, `false` | also on, off, yes, no; without quotes |
| path | `collector.db` | relative to the state directory unless it begins with `/` |

Every value may contain these:

| written | stands for |
|---|---|
| `${NAME}` | the environment variable NAME |
| `${NAME:-default}` | the variable, or `default` if it is unset or empty |
| `${NAME:?message}` | the variable; if it is unset or empty, the configuration is refused with `message` |
| `${file:PATH}` | the text of a file without its last line end, for secrets; PATH is relative to the configuration's directory |
| `$$` | a `$` |

They are replaced after the file has been parsed, and once: a `${…}` in a variable or file stays as it is. Put values with braces
in quotes. Secrets, texts from files and passwords in URLs are never shown.
)";

// For one cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    if (c == '<') {
      result += "&lt;";
    } else {
      result += c;
    }
  }
  return result;
}

std::string limit(const Setting& row, std::int64_t value) {
  switch (row.type) {
    case SettingType::duration:
      return format_duration(Duration(value));
    case SettingType::size:
      return format_size(static_cast<std::uint64_t>(value));
    case SettingType::rate:
    case SettingType::rates:
      return format_rate(static_cast<double>(value));
    default:
      return std::to_string(value);
  }
}

std::string limits(const Setting& row) {
  const bool below = row.minimum != std::numeric_limits<std::int64_t>::min() && row.minimum != 0;
  const bool above = row.maximum != std::numeric_limits<std::int64_t>::max();
  if (below && above) return fmt::format(" {} to {}.", limit(row, row.minimum), limit(row, row.maximum));
  if (below) return fmt::format(" At least {}.", limit(row, row.minimum));
  return above ? fmt::format(" At most {}.", limit(row, row.maximum)) : "";
}

void write_rows(std::span<const Setting> table, const std::string& path, std::string& out) {
  for (const Setting& row : table) {
    const std::string own_path = child_path(path, row.name);
    const std::string fallback = row.required               ? "required"
                                 : row.default_text.empty() ? ""
                                                            : fmt::format("`{}`", row.default_text);
    out += fmt::format("| `{}` | {} | {} | {}{} |\n", own_path, cell(wanted(row)), cell(fallback),
                       cell(row.sentence), limits(row));
    write_rows(row.children, own_path, out);
  }
}

void write_table(std::span<const Setting> table, std::string& out) {
  if (table.empty()) return;
  out += "\n| setting | value | default | |\n|---|---|---|---|\n";
  write_rows(table, "", out);
}

}  // namespace

std::string print_reference(const Catalog& catalog) {
  std::string out(introduction);
  out += "\n## Top level\n";
  write_table(top_level_settings(), out);
  out +=
      "\n## samplers\n\nThe entries change the default set. `name: {…}` changes the settings of a sampler, "
      "`name: "
      "off` removes it, and `name: on` adds one\nthat is not in the set. `default: off` starts from an empty "
      "set. Every sampler has:\n";
  write_table(common_sampler_settings(), out);
  for (const ComponentType& type : catalog.samplers) {
    out += fmt::format("\n### samplers: {}\n\n{} Read every {}.{}\n", type.name, type.sentence,
                       type.default_interval, type.on_by_default ? "" : " Off by default.");
    write_table(type.settings, out);
  }
  out += fmt::format(
      "\n## sinks\n\nEvery entry is a sink with its name. The collector remembers under this name ({}) what "
      "it has "
      "delivered. Without `sinks:`\nthere is one sink: `{}`. Every sink has a `type` and:\n",
      "a-z, 0-9, _ and -", default_sinks);
  write_table(common_sink_settings(), out);
  for (const ComponentType& type : catalog.sinks) {
    out += fmt::format("\n### sinks: {}\n\n{}\n", type.name, type.sentence);
    write_table(type.settings, out);
  }
  out += fmt::format(
      "\n## plans\n\n{} An example:\n`{}: {}`. Closed cycles are kept under the plan's name "
      "(a-z, 0-9, _ and -).\n",
      plans_sentence, plans_key, plan_example);
  write_table(plan_settings(), out);
  return out;
}

}  // namespace collector
