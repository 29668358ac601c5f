// What `collector setup` is going to do, as data: from the answers to a configuration file. Pure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace collector {

// What starts the collector.
enum class Starter : std::uint8_t { system_service, user_service, cron, nobody };

// "system", "user", "cron", "none"
std::string_view name_of(Starter starter);

struct SetupTarget {
  std::string type;  // of the sink
  std::string url;   // of postgres and influx; may hold a password
};

struct SetupPlan {
  std::vector<std::string> samplers;  // by name; empty: all of the default set
  std::vector<SetupTarget> targets;   // beside the history on this machine
  Starter starter = Starter::nobody;
  std::filesystem::path file;  // the configuration
};

// Secrets lie beside the configuration, for their owner only: in a file each, or, for the system's service,
// which may not read those, in one that systemd reads.
struct SetupFile {
  std::filesystem::path path;
  std::string text;
  bool secret = false;  // mode 0600
};

// The first line of every file that setup writes, after `#` and a space: by it `--uninstall` knows them.
inline constexpr std::string_view setup_mark = "Written by `collector setup`";

// The configuration, commented, and what it refers to; the configuration last.
std::vector<SetupFile> files_of(const SetupPlan& plan);

// For people: whose password is in it is not for their screen.
std::string url_without_password(const std::string& url);
bool has_password(const std::string& url);

}  // namespace collector
