// What `collector setup` is going to do, as data: from the answers to a configuration file. Pure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "collector/cli/setup_present.h"
#include "sinks/setup_offer.h"

namespace collector {

// What starts the collector.
enum class Starter : std::uint8_t { system_service, user_service, cron, nobody };

// "system", "user", "cron", "none"
std::string_view name_of(Starter starter);
Starter starter_named(std::string_view name);  // nobody for every other word

// Values may be references, "${NAME}" and "${file:PATH}", which are written as they are.
struct SetupTarget {
  std::string type;  // of the sink; it has a SetupOffer
  SetupValues values = {};
};

struct SetupPlan {
  std::vector<std::string> samplers;  // by name; empty: all of the default set
  std::vector<SetupTarget> targets;   // beside the history on this machine
  Starter starter = Starter::nobody;
  std::filesystem::path file;    // the configuration
  PresentConfiguration present;  // what is there already
  bool keeps_samplers = false;   // the present ones, with all their settings, instead of `samplers`
  // Where the page is served: "127.0.0.1:7373"; empty: nowhere. Not looked at where `keeps_web`.
  std::string web = {};
  bool keeps_web = true;              // what the present one says of it, also nothing
  bool keeps_sinks = false;           // the present ones, and `targets` beside them
  std::string environment_text = {};  // of the environment file that is there already
};

// Secrets lie beside the configuration, for their owner only: in a file each, or, for the system's service,
// which may not read those, in one that systemd reads.
struct SetupFile {
  std::filesystem::path path;
  std::string text;
  bool secret = false;  // mode 0600
};

// The variable that holds a secret of a sink for the system's service: "CLOUD_URL".
std::string environment_variable(std::string_view sink, std::string_view setting);

// The first line of every file that setup writes, after `#` and a space: by it `--uninstall` knows them.
inline constexpr std::string_view setup_mark = "Written by `collector setup`";

// The configuration, commented, and what it refers to; the configuration last.
std::vector<SetupFile> files_of(const SetupPlan& plan);

}  // namespace collector
