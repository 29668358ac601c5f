#include <unistd.h>

#include "collector/app/catalog.h"
#include "collector/cli/check_command.h"
#include "collector/cli/commands.h"
#include "collector/cli/config_command.h"
#include "collector/cli/failure.h"
#include "collector/core/log.h"

namespace collector {

int carry_out(const Options& options) {
  if (options.verbose) log::set_level(log::Level::debug);
  const Environment environment = process_environment();
  if (options.command == Command::check) return check_command(options, catalog(), environment);
  if (options.command == Command::config) return config_command(options, catalog(), environment);

  const auto file = find_configuration(options.config_file, environment);
  const auto configuration = load_configuration(file, catalog(), environment);
  if (!configuration) return report_problems(configuration.error());
  if (!options.verbose) log::set_level(configuration->log_level);
  switch (options.command) {
    case Command::once:
      return once_command(*configuration, options);
    case Command::sample:
      return sample_command(*configuration, options);
    case Command::replay:
      return replay_command(*configuration, options);
    default:
      return run_command(*configuration, options);
  }
}

}  // namespace collector
