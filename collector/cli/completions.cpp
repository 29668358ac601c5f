#include "collector/cli/completions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "collector/cli/setup_words.h"

namespace collector {
namespace {

// Words that are offered by what they name.
struct CompletionNames {
  std::vector<std::string> samplers;
  std::vector<std::string> commands;
};

// What may come where an option's value goes: words, or nothing for files and free text.
std::vector<std::string> words_for(const OptionDescription& option, const CompletionNames& names) {
  if (option.value == "sampler") return names.samplers;
  if (option.value == "COMMAND") return names.commands;
  if (option.value == "DURATION") return {"0s", "1s", "5s", "10s"};
  if (option.value == "TIME")
    return {"today",      "yesterday", "monday",    "week", "last-week", "month",
            "last-month", "year",      "last-year", "-24h", "-7d",       "-30d"};
  if (option.value == "NUMBER") return {"3", "6", "12", "24"};
  if (option.value == "ADDRESS") return {"127.0.0.1:7373", "off"};
  if (option.value == "TENANT") return {"home", "office"};
  if (option.value == "AMOUNT") return {"100GB", "200GB", "500GB", "1TB"};
  if (option.value == "SINK") {
    std::vector<std::string> words = target_forms();
    for (std::string& word : words)
      if (const auto equals = word.find('='); equals != std::string::npos) word.resize(equals + 1);
    return words;
  }
  if (option.value == "NAMES") {
    std::vector<std::string> words{"everything", "network"};
    words.insert(words.end(), names.samplers.begin(), names.samplers.end());
    return words;
  }
  return option.choices;
}

// How bash completes a value, as the commands of a case.
std::string bash_action(const OptionDescription& option, const CompletionNames& names) {
  if (option.value.starts_with("FILE")) return "compopt -o default";
  if (option.value == "DIRECTORY") return "compopt -o dirnames";
  if (option.value == "NAME") return "_collector_offer \"$(_collector_names sinks)\"";
  if (option.value == "PLAN") return "_collector_offer \"$(_collector_names plans)\"";
  if (option.value == "INTERFACE") return "_collector_offer \"$(ls /sys/class/net 2>/dev/null)\"";
  if (option.value == "HOST") return "_collector_offer \"$HOSTNAME\"";
  if (option.value == "ZONE") return "_collector_offer \"$(_collector_zones)\"";
  const auto words = words_for(option, names);
  if (words.empty()) return ":";
  const std::string offer = option.value == "NAMES" ? "_collector_offer_list" : "_collector_offer";
  // What ends with = goes on in the same word.
  const std::string open = option.value == "SINK" ? "compopt -o nospace\n      " : "";
  return fmt::format("{}{} '{}'", open, offer, fmt::join(words, " "));
}

// In a case statement of bash: what comes after an option of a command that takes a value. Options of several
// commands that are the same share it.
std::string bash_values(const std::vector<CommandDescription>& commands, const CompletionNames& names) {
  std::map<std::string, std::vector<std::string>> patterns;  // by what is done
  for (const CommandDescription& command : commands)
    for (const OptionDescription& option : command.options) {
      if (option.value.empty()) continue;
      for (const std::string& name : option.names)
        patterns[bash_action(option, names)].push_back(
            fmt::format("{}\\ {}", command.name.empty() ? "*" : command.name, name));
    }
  std::string out;
  for (const auto& [action, of] : patterns)
    out += fmt::format("    {})\n      {}\n      return\n      ;;\n", fmt::join(of, " | "), action);
  return out;
}

// What a command takes beside options: words are offered with those, files by the shell.
std::string bash_operand(const CommandDescription& command) {
  for (const OptionDescription& option : command.options)
    if (option.names.empty() && option.value == "FILE")
      return fmt::format("    {}) [[ $current == -* ]] || compopt -o default ;;\n", command.name);
  return {};
}

std::string bash_words(const CommandDescription& command, const CompletionNames& names) {
  std::vector<std::string> words;
  for (const OptionDescription& option : command.options) {
    words.insert(words.end(), option.names.begin(), option.names.end());
    if (!option.names.empty()) continue;
    const auto more = words_for(option, names);
    words.insert(words.end(), more.begin(), more.end());
  }
  return fmt::format("{}", fmt::join(words, " "));
}

// For zsh, in single quotes and as part of a specification.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '[' || c == ']' || c == ':' || c == '\\')
      (out += '\\') += c;
    else
      out += c;
  }
  return out;
}

std::string zsh_action(const OptionDescription& option, const CompletionNames& names) {
  if (option.value.starts_with("FILE")) return "_files";
  if (option.value == "DIRECTORY") return "_files -/";
  if (option.value == "NAME") return "_collector_sinks";
  if (option.value == "PLAN") return "_collector_plans";
  if (option.value == "INTERFACE") return "_net_interfaces";
  if (option.value == "HOST") return "_hosts";
  if (option.value == "ZONE") return "_time_zone";
  const auto words = words_for(option, names);
  const std::string list = fmt::format("{}", fmt::join(words, " "));
  if (option.value == "NAMES") return fmt::format("_sequence compadd - {}", list);
  if (option.value == "SINK") return fmt::format("{{compadd -S \"\" - {}}}", list);
  return words.empty() ? " " : fmt::format("({})", list);
}

std::string zsh_option(const OptionDescription& option, const CompletionNames& names) {
  const std::string value =
      option.value.empty() ? "" : fmt::format(":{}:{}", option.value, zsh_action(option, names));
  if (option.names.empty()) return fmt::format(" '{}{}'", option.value == "sampler" ? "*" : "", value);
  std::string out;
  for (const std::string& name : option.names)
    out +=
        fmt::format(" '({}){}[{}]{}'", fmt::join(option.names, " "), name, zsh_text(option.sentence), value);
  return out;
}

std::string zsh_options(const CommandDescription& command, const CompletionNames& names) {
  std::string out;
  for (const OptionDescription& option : command.options)
    out += zsh_option(option, names);
  return out;
}

std::vector<std::string> command_names(const std::vector<CommandDescription>& commands) {
  std::vector<std::string> names;
  for (const CommandDescription& command : commands)
    if (!command.name.empty()) names.push_back(command.name);
  return names;
}

}  // namespace

std::string bash_completion(const std::vector<CommandDescription>& commands,
                            const std::vector<std::string>& samplers) {
  const CompletionNames names{samplers, command_names(commands)};
  const std::string values = bash_values(commands, names);
  std::string words;
  std::string operands;
  std::vector<std::string> with_value;
  for (const CommandDescription& command : commands) {
    for (const OptionDescription& option : command.options) {
      if (!option.value.empty())
        with_value.insert(with_value.end(), option.names.begin(), option.names.end());
    }
    operands += bash_operand(command);
    if (!command.name.empty())
      words += fmt::format("    {}) words='{}' ;;\n", command.name, bash_words(command, names));
  }
  std::ranges::sort(with_value);
  with_value.erase(std::ranges::unique(with_value).begin(), with_value.end());
  return fmt::format(R"(# Completions of collector for bash; generated, do not edit.
_collector_offer() {{
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}}
# The same for the last part of a list with commas.
_collector_offer_list() {{
  local before=''
  [[ $current != *,* ]] || before=${{current%,*}},
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${{current##*,}}")
}}
# Of the configuration that this command line names.
_collector_names() {{
  collector ${{configuration:+--config "$configuration"}} complete "$1" 2>/dev/null
}}
_collector_zones() {{
  sed -n 's/^Z \([^ ]*\).*/\1/p; s/^L [^ ]* //p' /usr/share/zoneinfo/tzdata.zi 2>/dev/null
}}
_collector() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
  local command='' words='' configuration='' word i
  COMPREPLY=()
  # bash takes --option=value for three words.
  if [[ $current == = ]]; then
    current=''
  elif [[ $previous == = ]]; then
    previous=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${{COMP_WORDS[i]}}
    case $word in
      {5})
        [[ ${{COMP_WORDS[i + 1]:-}} != = ]] || ((++i))
        ((++i))
        [[ $word != --config && $word != -c ]] || configuration=${{COMP_WORDS[i]:-}}
        ;;
      {0}) [[ $command ]] || command=$word ;;
    esac
  done
  configuration=${{configuration/#\~/$HOME}}
  case "$command $previous" in
{1}  esac
  case $command in
{2}    *) words='{4}' ;;
  esac
  case $command in
{6}  esac
  _collector_offer "$words {3}"
}}
complete -F _collector collector
)",
                     fmt::join(names.commands, " | "), values, words, bash_words(commands.front(), names),
                     fmt::join(names.commands, " "), fmt::join(with_value, " | "), operands);
}

std::string zsh_completion(const std::vector<CommandDescription>& commands,
                           const std::vector<std::string>& samplers) {
  const CompletionNames names{samplers, command_names(commands)};
  const std::string general = zsh_options(commands.front(), names);
  std::string list;
  std::string cases;
  for (const CommandDescription& command : commands) {
    if (command.name.empty()) continue;
    list += fmt::format("    '{}:{}'\n", command.name, zsh_text(command.sentence));
    cases += fmt::format("    {}) _arguments{}{} ;;\n", command.name, general, zsh_options(command, names));
  }
  return fmt::format(R"zsh(#compdef collector
# Completions of collector for zsh; generated, do not edit.
_collector_names() {{
  local file=${{opt_args[--config]:-${{opt_args[-c]}}}}
  compadd -- ${{(f)"$(collector ${{file:+--config}} $file complete $1 2>/dev/null)"}}
}}
_collector_sinks() {{ _collector_names sinks }}
_collector_plans() {{ _collector_names plans }}
_collector() {{
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
{0}  )
  _arguments -C{1} '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands && return ;;
  esac
  case $line[1] in
{2}  esac
}}
_collector "$@"
)zsh",
                     list, general, cases);
}

}  // namespace collector
