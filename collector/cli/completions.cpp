#include "collector/cli/completions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace collector {
namespace {

// What may come where an option's value goes: words, or nothing for files and free text.
std::vector<std::string> words_for(const OptionDescription& option,
                                   const std::vector<std::string>& samplers) {
  return option.value == "sampler" ? samplers : option.choices;
}

bool wants_file(const OptionDescription& option) {
  return option.value == "FILE";
}

// In a case statement of bash: what comes after an option that takes a value.
std::string bash_values(const OptionDescription& option) {
  if (option.names.empty() || option.value.empty()) return {};
  const std::string action = wants_file(option) ? "compopt -o default"
                             : option.choices.empty()
                                 ? ":"
                                 : fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$current\")",
                                               fmt::join(option.choices, " "));
  return fmt::format("    {})\n      {}\n      return\n      ;;\n", fmt::join(option.names, " | "), action);
}

std::string bash_words(const CommandDescription& command, const std::vector<std::string>& samplers) {
  std::vector<std::string> words;
  for (const OptionDescription& option : command.options) {
    words.insert(words.end(), option.names.begin(), option.names.end());
    if (!option.names.empty()) continue;
    const auto more = words_for(option, samplers);
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

std::string zsh_option(const OptionDescription& option, const std::vector<std::string>& samplers) {
  std::string value;
  if (wants_file(option))
    value = ":file:_files";
  else if (!words_for(option, samplers).empty())
    value = fmt::format(":{}:({})", option.value, fmt::join(words_for(option, samplers), " "));
  else if (!option.value.empty())
    value = fmt::format(":{}: ", option.value);
  if (option.names.empty()) return fmt::format(" '*{}'", value);
  std::string out;
  for (const std::string& name : option.names)
    out +=
        fmt::format(" '({}){}[{}]{}'", fmt::join(option.names, " "), name, zsh_text(option.sentence), value);
  return out;
}

std::string zsh_options(const CommandDescription& command, const std::vector<std::string>& samplers) {
  std::string out;
  for (const OptionDescription& option : command.options)
    out += zsh_option(option, samplers);
  return out;
}

std::string names_of(const std::vector<CommandDescription>& commands, std::string_view separator) {
  std::vector<std::string> names;
  for (const CommandDescription& command : commands)
    if (!command.name.empty()) names.push_back(command.name);
  return fmt::format("{}", fmt::join(names, separator));
}

}  // namespace

std::string bash_completion(const std::vector<CommandDescription>& commands,
                            const std::vector<std::string>& samplers) {
  std::string values;
  std::string words;
  for (const CommandDescription& command : commands) {
    for (const OptionDescription& option : command.options)
      values += bash_values(option);
    if (!command.name.empty())
      words += fmt::format("    {}) words='{}' ;;\n", command.name, bash_words(command, samplers));
  }
  const std::string program = bash_words(commands.front(), samplers);
  return fmt::format(R"(# Completions of collector for bash; generated, do not edit.
_collector() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} command='' word words
  COMPREPLY=()
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case $word in {0}) command=$word ;; esac
  done
  case $previous in
{1}  esac
  case $command in
{2}    *) words='{3}' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words {4}" -- "$current")
}}
complete -F _collector collector
)",
                     names_of(commands, " | "), values, words, names_of(commands, " "), program);
}

std::string zsh_completion(const std::vector<CommandDescription>& commands,
                           const std::vector<std::string>& samplers) {
  const std::string general = zsh_options(commands.front(), samplers);
  std::string list;
  std::string cases;
  for (const CommandDescription& command : commands) {
    if (command.name.empty()) continue;
    list += fmt::format("    '{}:{}'\n", command.name, zsh_text(command.sentence));
    cases +=
        fmt::format("    {}) _arguments{}{} ;;\n", command.name, general, zsh_options(command, samplers));
  }
  return fmt::format(R"(#compdef collector
# Completions of collector for zsh; generated, do not edit.
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
)",
                     list, general, cases);
}

}  // namespace collector
