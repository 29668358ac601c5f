// What `collector setup` asks of the machine: units, the crontab. Programs of the system are found by $PATH.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/cli/setup_plan.h"
#include "collector/cli/setup_record.h"
#include "collector/core/error.h"

namespace collector {

// systemd's units, as packages install them, with /usr/bin/collector as program.
std::string_view system_unit();
std::string_view user_unit();

// Runs a program of the system to its end; its exit code, 127 where there is none of that name.
int run_system_program(const std::vector<std::string>& arguments);
bool has_system_program(const std::string& name);
int systemctl(Starter starter, std::vector<std::string> words);

// Where units lie: the system's own, or the user's below `configuration_home` (~/.config).
std::filesystem::path unit_path(Starter starter, const std::filesystem::path& configuration_home);
// The unit that has to be written; nothing where none is, or where a package's does the same.
std::optional<SetupFile> unit_of(const SetupPlan& plan, const std::filesystem::path& configuration_home,
                                 const std::filesystem::path& program);
// A unit that systemd knows, and that setup has not written: as it is now goes into the record.
void note_unit(Starter starter, const std::filesystem::path& configuration_home, SetupRecord& record);

// Sets it going with `plan.file` as configuration; an error says what to type instead.
Result<> start(const SetupPlan& plan, const std::filesystem::path& program);
// Stops what starts it, and whatever of it runs; what was done, for people, or nothing.
std::string stop(Starter starter);
// After units have been written or removed: systemd reads them, and what was there before runs again.
void bring_back_unit(Starter starter, const SetupRecord& record);

}  // namespace collector
