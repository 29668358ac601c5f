// What can be typed: commands, options and their sentences, as data. Help comes from the parser; the manual
// page and the shells' completions come from this.
#pragma once

#include <string>
#include <vector>

#include "collector/cli/command_help.h"

namespace collector {

struct OptionDescription {
  std::vector<std::string> names;  // "--config", "-c"; none: a word of its own
  std::string value;               // "FILE", "DURATION", a word's name; empty: takes none
  std::vector<std::string> choices;
  std::string sentence;
};

struct CommandDescription {
  std::string name;  // empty: the program itself
  std::string sentence;
  std::vector<OptionDescription> options;
  CommandHelp help;
};

// The program, then its commands, in the order of --help. Commands that only packages use are left out.
std::vector<CommandDescription> describe_command_line();

}  // namespace collector
