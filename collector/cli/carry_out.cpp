#include <cerrno>
#include <cstdio>
#include <system_error>

#include "collector/app/catalog.h"
#include "collector/cli/access/access_commands.h"
#include "collector/cli/check_command.h"
#include "collector/cli/commands.h"
#include "collector/cli/complete_command.h"
#include "collector/cli/config_command.h"
#include "collector/cli/document_command.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/cli/history/command_answer.h"
#include "collector/cli/history/history_command.h"
#include "collector/cli/import_command.h"
#include "collector/cli/live/live_command.h"
#include "collector/cli/reload_command.h"
#include "collector/cli/setup_command.h"
#include "collector/cli/standard_streams.h"
#include "collector/cli/status_command.h"
#include "collector/cli/version_command.h"
#include "collector/core/log.h"
#include "collector/core/output_queue.h"
#include "collector/core/terminal.h"
#include "config/environment.h"

namespace collector {

// cron mails what --once says, and around a sample talk is noise: only what is wrong, unless the
// configuration or --verbose asks for more.
log::Level log_level(const Options& options, const Configuration& configuration) {
  if (options.verbose) return log::Level::debug;
  const bool quieter = (options.command == Command::once || options.command == Command::sample) &&
                       configuration.log_level == log::Level::info;
  return quieter ? log::Level::warning : configuration.log_level;
}

namespace {

int with_configuration(const Options& options, const Environment& environment) {
  // What runs unattended waits for nobody who should read what it says.
  if (options.command == Command::run || options.command == Command::once) standard_error().begin_queueing();
  const bool stores = options.command != Command::sample;
  const auto file = stores ? configuration_to_run(options.config_file, environment)
                           : find_configuration(options.config_file, environment);
  // A sample needs no sink, and so none of their secrets.
  const auto configuration = stores ? load_configuration(file, catalog(), environment)
                                    : load_without_secrets(file, catalog(), environment);
  if (!configuration) return report_problems(configuration.error());
  log::set_level(log_level(options, *configuration));
  if (stores && !file && find_configuration(options.config_file, environment))
    log::info("config",
              "the system's configuration is for the service, whose state this user can't use: the built-in "
              "defaults apply, with the state directory {}; --config names another file",
              configuration->state.native());
  switch (options.command) {
    case Command::once:
      return once_command(*configuration, options);
    case Command::sample:
      return sample_command(*configuration, options);
    default:
      return run_command(*configuration, options);
  }
}

int dispatch(const Options& options) {
  if (options.verbose) log::set_level(log::Level::debug);
  const Environment environment = process_environment();
  if (options.command == Command::check) return check_command(options, catalog(), environment);
  if (options.command == Command::config) return config_command(options, catalog(), environment);
  if (options.command == Command::document) return document_command(options);
  if (options.command == Command::complete) return complete_command(options, catalog(), environment);
  if (options.command == Command::setup) return setup_command(options, catalog(), environment);
  if (options.command == Command::replay) return replay_command(options, catalog(), environment);
  if (options.command == Command::reload) return reload_command(options, catalog(), environment);
  if (options.command == Command::secrets) return secrets_command(options, catalog(), environment);
  if (options.command == Command::version) return version_command(options);
  if (options.command == Command::import_history) return import_command(options, catalog(), environment);
  if (asks_history(options.command)) return history_command(options, catalog(), environment);
  if (options.command == Command::status) return status_command(options, catalog(), environment);
  if (options.command == Command::live) return live_command(options, environment);
  if (options.command == Command::token) return token_command(options, catalog(), environment);
  if (options.command == Command::user) return user_command(options, catalog(), environment);
  if (options.command == Command::web) return web_command(options, environment);
  return with_configuration(options, environment);
}

// A run and --once store rows and deliver them; their exit code tells of that. What they print is talk, and a
// sink that writes to stdout looks after itself.
bool is_for_its_output(const Options& options) {
  return options.command != Command::run && options.command != Command::once;
}

}  // namespace

int carry_out(const Options& options) {
  if (!is_for_its_output(options)) return dispatch(options);
  try {
    return finish_output(dispatch(options));
  } catch (const std::system_error& error) {
    // fmt throws it where the write to a stream fails.
    if (std::ferror(stdout) == 0) throw;
    // Of what these were doing the rest was not done, also where only the reader has gone.
    const bool only_prints = options.command != Command::setup && options.command != Command::replay &&
                             options.command != Command::check &&
                             options.command != Command::import_history && options.command != Command::token;
    return unwritten_output(only_prints ? exit_code::done : exit_code::internal, error.code().value());
  }
}

int end_at_once(const Parsed& parsed) {
  std::FILE* const file = parsed.exit_code == exit_code::done ? stdout : stderr;
  Terminal terminal = Terminal::of(fileno(file));
  // Help is written in lines of any length; a message in a pipe is one line, as all messages are.
  if (terminal.columns == 0 && file == stdout) terminal.columns = 80;
  if (file == stderr && !terminal.interactive)
    log::say_error(terminal.fit(parsed.text));
  else if (std::fputs(terminal.fit(terminal.printable(parsed.text)).c_str(), file) < 0 && file == stdout)
    return unwritten_output(parsed.exit_code, errno);
  return file == stdout ? finish_output(parsed.exit_code) : parsed.exit_code;
}

}  // namespace collector
