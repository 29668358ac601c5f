#include "collector/cli/manual.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/core/version.h"

namespace collector {
namespace {

// Text that the formatter takes for nothing but text.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

// A line of its own: a dot or an apostrophe at its start would be a request.
std::string line(std::string_view text) {
  std::string out = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  return out += std::string(text) + "\n";
}

// `code`, **strong**, [text](target), &lt; and &#124; in running text.
std::string inline_text(std::string_view text) {
  std::string plain(text);
  for (const auto& [name, character] : {std::pair{"&lt;", "<"}, std::pair{"&#124;", "|"}})
    for (std::size_t at = 0; (at = plain.find(name, at)) != std::string::npos; ++at)
      plain.replace(at, std::string_view(name).size(), character);
  std::string out;
  bool strong = false;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i] == '`') {
      const auto end = std::min(plain.find('`', i + 1), plain.size());
      out += "\\fB" + escaped(std::string_view(plain).substr(i + 1, end - i - 1)) + "\\fR";
      i = end;
    } else if (plain.compare(i, 2, "**") == 0) {
      strong = !strong;
      out += strong ? "\\fB" : "\\fR";
      ++i;
    } else {
      out += escaped(std::string_view(plain).substr(i, 1));
    }
  }
  return out;
}

// The cells of "| a | b |"; a bar in code does not occur in the references.
std::vector<std::string> cells_of(std::string_view row) {
  std::vector<std::string> cells;
  row.remove_prefix(1);
  while (!row.empty()) {
    const auto end = std::min(row.find('|'), row.size());
    std::string_view cell = row.substr(0, end);
    row.remove_prefix(std::min(end + 1, row.size()));
    while (cell.starts_with(' '))
      cell.remove_prefix(1);
    while (cell.ends_with(' '))
      cell.remove_suffix(1);
    cells.emplace_back(cell);
  }
  return cells;
}

std::string entry(const std::vector<std::string>& titles, const std::vector<std::string>& cells) {
  std::string out = ".TP\n" + line(inline_text(cells.front()));
  std::string body;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    const std::string title = i < titles.size() && i + 1 < cells.size() ? titles[i] : "";
    body += (body.empty() ? "" : ". ") + (title.empty() ? "" : title + ": ") + cells[i];
  }
  return out + line(inline_text(body));
}

// Turns lines into the page's body, a block at a time.
class Body {
 public:
  void take(std::string_view text) {
    const bool row = text.starts_with('|');
    const bool code = text.starts_with("    ");
    if (!row) titles_.clear();
    if (code != in_code_ && !(in_code_ && text.empty()))
      out_ += (in_code_ = code) ? ".PP\n.nf\n.RS\n" : ".RE\n.fi\n";
    if (text.empty()) {
      after_blank_ = true;
      return;
    }
    if (code)
      out_ += line(escaped(text.substr(4)));
    else if (row)
      take_row(text);
    else if (text.starts_with("# "))
      return;
    else if (text.starts_with("## "))
      out_ += ".SH \"" + upper(inline_text(text.substr(3))) + "\"\n";
    else if (text.starts_with("### "))
      out_ += ".SS \"" + inline_text(text.substr(4)) + "\"\n";
    else
      take_text(text);
    after_blank_ = false;
    after_heading_ = text.starts_with('#');
  }
  std::string text() && { return in_code_ ? out_ + ".RE\n.fi\n" : std::move(out_); }

 private:
  static std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    return text;
  }
  void take_text(std::string_view text) {
    if (out_.empty())
      out_ += ".SH DESCRIPTION\n";
    else if (after_blank_ && !after_heading_)
      out_ += ".PP\n";
    out_ += line(inline_text(text));
  }
  void take_row(std::string_view text) {
    const std::vector<std::string> cells = cells_of(text);
    if (titles_.empty())
      titles_ = cells;
    else if (!cells.front().starts_with("---"))
      out_ += entry(titles_, cells);
  }

  std::string out_;
  std::vector<std::string> titles_;  // of the table that is being read
  bool in_code_ = false;
  bool after_blank_ = false;
  bool after_heading_ = false;
};

std::string head_of(const ManualHeading& heading) {
  return fmt::format(
      ".\\\" Generated from the program's own tables; do not edit.\n"
      ".TH {} {} \"\" \"collector {}\" \"\"\n.SH NAME\n{} \\- {}\n",
      escaped(heading.name), heading.section, version(), escaped(heading.name), escaped(heading.sentence));
}

std::string option_row(const OptionDescription& option) {
  std::string names;
  for (const std::string& name : option.names)
    names += (names.empty() ? "`" : ", `") + name + "`";
  if (option.names.empty())
    names = "[" + option.value + (option.value == "sampler" ? "…]" : "]");
  else if (!option.choices.empty())
    names += fmt::format(" {}", fmt::join(option.choices, "|"));
  else if (!option.value.empty())
    names += " " + option.value;
  // A bar would end the cell.
  std::ranges::replace(names, '|', '/');
  return fmt::format("| {} | {} |\n", names, option.sentence);
}

// An example as it is typed, and what it does.
std::string example_rows(const std::vector<Example>& examples) {
  std::string rows;
  for (const Example& example : examples) {
    std::string typed = example.command;
    // A bar would end the cell.
    for (std::size_t at = 0; (at = typed.find('|', at)) != std::string::npos;)
      typed.replace(at, 1, "&#124;");
    rows += fmt::format("| `{}` | {} |\n", typed, example.sentence);
  }
  return rows;
}

std::string exit_status() {
  std::string rows = "\n## Exit status\n\n| code | meaning |\n|---|---|\n";
  for (const int code : exit_code::all())
    rows += fmt::format("| `{}` | {}. |\n", code, exit_code::meaning_of(code));
  return rows;
}

std::string examples_of(const std::vector<CommandDescription>& commands) {
  std::string rows = "\n## Examples\n\n| command | does |\n|---|---|\n";
  for (const CommandDescription& command : commands)
    if (!command.name.empty()) rows += example_rows(command.help.examples);
  return rows;
}

constexpr std::string_view after_the_options = R"(
## Environment

| variable | meaning |
|---|---|
| `COLLECTOR_CONFIG` | The configuration file if `--config` is not given. |
| `XDG_CONFIG_HOME`, `HOME` | The directory of a user's configuration is `$XDG_CONFIG_HOME/collector`, else `~/.config/collector`. |
| `STATE_DIRECTORY` | The state directory if the configuration has no `state:`. Systemd sets it. |
| `XDG_STATE_HOME` | Without `state:` and `STATE_DIRECTORY` the state directory is `$XDG_STATE_HOME/collector`, else `~/.local/state/collector`. |
| `NO_COLOR`, `TERM` | There is no colour if `NO_COLOR` is set or `TERM` is `dumb`. |
| `COLUMNS` | The width of the terminal, if the terminal does not report it. |
| `LC_ALL`, `LC_CTYPE`, `LANG` | The first one that is set says which characters the terminal can show. |
| `http_proxy`, `https_proxy`, `all_proxy`, `no_proxy` | Proxies for sinks of type influx. |
| `PGHOST`, `PGPASSFILE`, `PGSERVICE` and others | libpq reads these for sinks of type postgres. |
| `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID` | Set by systemd: where the collector reports that it is alive. |
| `RUNTIME_DIRECTORY`, `CREDENTIALS_DIRECTORY` | Set by systemd: where the service finds secrets that it may not read itself. |
| `NAME` | Any variable that the configuration uses as `${NAME}`. |

## Files

| file | content |
|---|---|
| `~/.config/collector/collector.yaml` | The configuration of a user's own collector. |
| `/etc/collector/collector.yaml` | The configuration of the system's collector, see `collector.yaml(5)`. |
| `/etc/collector/environment` | Secrets of the service: NAME=value lines, which the configuration uses as ${NAME}. |
| `/var/lib/collector` | The state of the service: the spool, and the history in collector.db. |

## Signals

| signal | does |
|---|---|
| `SIGTERM`, `SIGINT` | Stop in order. A second signal ends the collector at once. |
| `SIGHUP` | Read the configuration again; when the terminal that it was started on goes away: stop in order. |

## See also

`collector.yaml(5)`, `systemctl(1)`, `journalctl(1)`
)";

}  // namespace

std::string manual_from_markdown(const ManualHeading& heading, std::string_view markdown) {
  Body body;
  while (!markdown.empty()) {
    const auto end = std::min(markdown.find('\n'), markdown.size());
    body.take(markdown.substr(0, end));
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
  }
  return head_of(heading) + std::move(body).text();
}

std::string command_line_manual(const std::vector<CommandDescription>& commands) {
  std::string markdown = "## Synopsis\n\n`collector` [OPTION…] [COMMAND [OPTION…]]\n\n## Description\n\n";
  markdown += commands.front().sentence + "\n\n## Options\n\n| option | does |\n|---|---|\n";
  for (const OptionDescription& option : commands.front().options)
    markdown += option_row(option);
  markdown += "\n## Commands\n";
  for (const CommandDescription& command : commands) {
    if (command.name.empty()) continue;
    markdown += fmt::format("\n### {}\n\n{}.\n", command.name, command.sentence);
    if (command.options.empty()) continue;
    markdown += "\n| option | does |\n|---|---|\n";
    for (const OptionDescription& option : command.options)
      markdown += option_row(option);
  }
  return manual_from_markdown(
      {"collector", 1, "measures this machine and delivers its time series"},
      markdown + exit_status() + examples_of(commands) + std::string(after_the_options));
}

}  // namespace collector
