// The command line, parsed: which command with which options. Knows nothing about how they are carried out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collector/cli/access/access_options.h"
#include "collector/cli/history/export_options.h"
#include "collector/cli/history/history_options.h"
#include "collector/cli/live/live_options.h"
#include "collector/core/time.h"
#include "collector/history/past_traffic.h"

namespace collector {

enum class Command : std::uint8_t {
  run,
  once,
  sample,
  check,
  config,
  status,
  replay,
  reload,
  secrets,
  document,
  setup,
  complete,
  version,
  history,
  export_history,
  report,
  import_history,
  live,
  token,
  user,
  web
};

// setup: what is not given is asked for.
struct SetupOptions {
  std::optional<std::string> measure;
  std::vector<std::string> to;
  std::optional<std::string> web;  // an address to listen at, or "off"
  std::string service;
  bool yes = false;
  bool uninstall = false;
  bool delete_data = false;
};

struct ImportOptions {
  history::PastProgram from = history::PastProgram::csv;
  std::string file;                         // "-": stdin
  std::string host, interface, zone;        // empty: as the file, or the configuration, has it
  std::optional<std::filesystem::path> db;  // nothing: the configuration's history
  bool dry_run = false;
};

struct Options {
  Command command = Command::run;
  std::optional<std::string> config_file;  // --config
  bool verbose = false;
  std::vector<std::string> words;  // all that was typed behind `collector`

  Duration wait = std::chrono::seconds(1);  // --once, sample: pause before the second reading
  bool sync = false;                        // --once: contact every sink, due or not

  std::string format = "table";       // sample: table, json or line
  std::vector<std::string> samplers;  // sample: only these; empty: all that are on
  bool all = false;                   // sample: everything instead of a summary

  bool connect = false;  // check: ask the sinks' targets too

  enum class Show : std::uint8_t { in_force, defaults, reference, schema, measurements, sql };
  Show show = Show::in_force;  // config

  bool json = false;                 // status, token list, user list: for programs
  std::optional<std::string> state;  // status, token, user, web: of the collector with this state directory

  std::string sink;     // replay: this sink's dead letters; empty: all
  std::string to;       // replay: to this sink; empty: to the one that refused them
  bool list = false;    // replay: only print them
  bool remove = false;  // replay: throw them away

  std::string version_from;  // version: --check, a file or a URL

  SetupOptions setup;
  HistoryOptions history;     // today, month …; of what, from when: export, report too
  ExportOptions exported;     // export, report
  std::string document;       // document: the file's name
  std::string complete_kind;  // complete: sinks or plans
  ImportOptions importing;    // import
  LiveOptions live;
  AccessOptions access;  // token, user, web
};

// What main does: carry out options, or end at once with a text and an exit code (help, version, wrong
// usage).
struct Parsed {
  std::optional<Options> options;
  std::string text;  // for stdout when exit_code is 0, else for stderr
  int exit_code = 0;
};

Parsed parse_options(int argc, const char* const* argv);
Parsed parse_options(const std::vector<std::string>& words);  // behind `collector`

}  // namespace collector
