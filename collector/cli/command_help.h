// What --help and the manual say about a command beyond its options: examples, and how it may end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace collector {

struct Example {
  std::string command;
  std::string sentence;
};

struct CommandHelp {
  std::vector<Example> examples;
  std::vector<int> exit_codes;  // those that the command itself may end with
};

// `command` as it is typed; the empty one is the program itself, which may end in any way.
CommandHelp help_on(std::string_view command);

// The end of a command's --help: its examples, the options that work everywhere, its exit codes.
std::string help_footer(std::string_view command);

}  // namespace collector
