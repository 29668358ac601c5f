// CommandLine: the parser with everything that can be typed, and where what was typed goes. Made anew for
// each use; it can't be moved, because the parser points into it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "collector/cli/options.h"

namespace collector {

struct CommandLine {
  CLI::App app;
  Options options;
  bool once = false;
  bool defaults = false;
  bool reference = false;
  bool schema = false;
  bool measurements = false;
  bool sql = false;
  std::string check_file;  // check FILE
  std::string help_topic;  // help COMMAND
  CLI::Option* wait = nullptr;
  CLI::App* run = nullptr;
  CLI::App* sample = nullptr;
  CLI::App* check = nullptr;
  CLI::App* config = nullptr;
  CLI::App* status = nullptr;
  CLI::App* replay = nullptr;
  CLI::App* reload = nullptr;
  CLI::App* secrets = nullptr;
  CLI::App* setup = nullptr;
  CLI::App* import_history = nullptr;
  CLI::App* document = nullptr;
  CLI::App* complete = nullptr;
  CLI::App* help = nullptr;
  CLI::App* show_version = nullptr;
  CLI::App* export_history = nullptr;
  CLI::App* report = nullptr;
  CLI::App* live = nullptr;
  CLI::App* token = nullptr;
  CLI::App* user = nullptr;
  CLI::App* web = nullptr;
  Duration token_lasts{};  // --expires, where `expires` was given
  CLI::Option* expires = nullptr;
  std::vector<std::pair<CLI::App*, HistoryView>> history;

  CommandLine();
  void add_setup();
  void add_history();
  void add_periods();
  void add_exports();
  void add_import();
  void add_live();
  void add_access();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
};

}  // namespace collector
