// What `collector setup` changes on the machine: files, units, the crontab. Programs of the system are found
// by $PATH.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "collector/cli/setup_plan.h"
#include "collector/core/error.h"

namespace collector {

// systemd's units, as packages install them, with /usr/bin/collector as program.
std::string_view system_unit();
std::string_view user_unit();

// Writes it beside its place and moves it there. A file that is there already with another text, is kept as
// `<name>.before-<date>`; its name is returned, or an empty one.
Result<std::filesystem::path> write_with_backup(const SetupFile& file);

// Runs a program of the system to its end; its exit code, 127 where there is none of that name.
int run_system_program(const std::vector<std::string>& arguments);
bool has_system_program(const std::string& name);

// Where units lie: the system's own, or the user's below `configuration_home` (~/.config).
std::filesystem::path unit_path(Starter starter, const std::filesystem::path& configuration_home);

// Sets it going with `plan.file` as configuration; an error says what to type instead.
Result<> start_service(const SetupPlan& plan, const std::filesystem::path& configuration_home,
                       const std::filesystem::path& program);
Result<> start_cron(const SetupPlan& plan, const std::filesystem::path& program);

// Undoes both, of whatever is there; what was done, for people.
std::vector<std::string> stop_and_remove(const std::filesystem::path& configuration_home);

// The configuration and the secrets beside it, as far as setup has written them; backups stay. What was
// removed.
std::vector<std::string> remove_files_of_setup(const std::filesystem::path& configuration);
// What a collector keeps in its state directory, and the directory when nothing else is in it.
std::vector<std::string> remove_state(const std::filesystem::path& state);

}  // namespace collector
