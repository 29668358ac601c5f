#include "collector/cli/setup_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "collector/app/one_sample.h"
#include "collector/app/signals.h"
#include "collector/cli/dialogue.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/cli/sample_text.h"
#include "collector/cli/setup_probe.h"
#include "collector/cli/setup_questions.h"
#include "collector/cli/setup_system.h"
#include "collector/core/terminal.h"
#include "config/environment.h"

namespace collector {
namespace {

constexpr int cancelled = 1;

std::filesystem::path configuration_home(const Environment& environment) {
  if (const auto home = environment.variable("XDG_CONFIG_HOME"); home && home->starts_with('/')) return *home;
  return std::filesystem::path(environment.variable("HOME").value_or("/")) / ".config";
}

// Whether the files would be a configuration, before any is written; secrets stand in for themselves.
std::vector<Problem> problems_of(const std::vector<SetupFile>& files, const Catalog& catalog,
                                 const Environment& environment) {
  std::string yaml = files.back().text;
  const Environment with_secrets{[&](const std::string& name) {
                                   if (name.ends_with("_URL"))
                                     return std::optional<std::string>("postgresql://");
                                   return environment.variable(name);
                                 },
                                 environment.host_name};
  // Files of secrets are not there yet.
  for (std::size_t at = 0; (at = yaml.find("${file:", at)) != std::string::npos;)
    yaml.replace(at, yaml.find('}', at) + 1 - at, "postgresql://");
  const auto parsed = parse_configuration(yaml, files.back().path.string(), catalog, with_secrets);
  return parsed ? std::vector<Problem>{} : parsed.error();
}

// Writes what the plan says, secrets first. False: a file could not be written; said.
bool write_all(const std::vector<SetupFile>& files, const Dialogue& dialogue) {
  for (const SetupFile& file : files) {
    const auto backup = write_with_backup(file);
    if (!backup) {
      say(stderr, "collector: {}\n", backup.error().text());
      return false;
    }
    dialogue.say(fmt::format("  wrote {}{}", file.path.string(),
                             backup->empty() ? "" : "; what was there is " + backup->filename().string()));
  }
  return true;
}

Result<> set_going(const SetupPlan& plan, const Environment& environment) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  switch (plan.starter) {
    case Starter::system_service:
    case Starter::user_service:
      return start_service(plan, configuration_home(environment), program);
    case Starter::cron:
      run_system_program({program.string(), "--config", plan.file.string(), "--once"});
      return start_cron(plan, program);
    case Starter::nobody:
      return {};
  }
  return {};
}

void show_first_numbers(const Configuration& configuration, const Dialogue& dialogue) {
  std::vector<std::string> names;
  for (const char* name : {"net", "cpu", "mem"})
    if (std::ranges::find(configuration.samplers, name, &SamplerConfiguration::name) !=
        configuration.samplers.end())
      names.emplace_back(name);
  if (names.empty()) return;
  dialogue.head("The first numbers");
  const SystemClock clock;
  const OneSample sample = take_one_sample(configuration, names, std::chrono::seconds(1), clock);
  fmt::print("{}", sample_as_table(*sample.snapshot, Terminal::of(STDOUT_FILENO)));
}

void say_what_next(const SetupPlan& plan, const Configuration& configuration, const Dialogue& dialogue) {
  const std::string sudo = plan.starter == Starter::system_service && geteuid() != 0 ? "sudo " : "";
  dialogue.head("What next");
  if (plan.starter == Starter::nobody)
    dialogue.say(fmt::format("  collector --config {}", plan.file.string()));
  else if (plan.starter != Starter::cron)
    dialogue.say(fmt::format("  {}collector status --config {}", sudo, plan.file.string()));
  dialogue.say(fmt::format("  {}sqlite3 {} 'SELECT * FROM {} LIMIT 5'", sudo,
                           (configuration.state / "collector.db").string(),
                           configuration.samplers.front().name));
  dialogue.say("  collector setup --uninstall    undoes this, and keeps the data");
}

int carry_out(const SetupPlan& plan, const Dialogue& dialogue, const Catalog& catalog,
              const Environment& environment) {
  const std::vector<SetupFile> files = files_of(plan);
  if (const auto problems = problems_of(files, catalog, environment); !problems.empty())
    return report_problems(problems);
  if (!write_all(files, dialogue)) return exit_code::state_directory;
  if (const auto going = set_going(plan, environment); !going) {
    say(stderr, "collector: {}\n", going.error().text());
    return exit_code::internal;
  }
  // Secrets of the system's service are known to systemd only; what is measured needs none.
  const auto configuration = plan.targets.empty() || plan.starter != Starter::system_service
                                 ? load_configuration(plan.file, catalog, environment)
                                 : default_configuration(catalog, environment);
  if (!configuration) return report_problems(configuration.error());
  show_first_numbers(*configuration, dialogue);
  say_what_next(plan, *configuration, dialogue);
  return exit_code::done;
}

int uninstall(const Options& options, const std::filesystem::path& file, const Dialogue& dialogue,
              const Catalog& catalog, const Environment& environment) {
  const auto configuration = load_configuration(file, catalog, environment);
  const std::string state = configuration ? configuration->state.string() : "";
  if (!options.setup.yes &&
      !dialogue.confirm(
          options.setup.delete_data
              ? "Stop the collector, and delete its configuration and all data in " + state + "?"
              : "Stop the collector and take its configuration away? The data stays.",
          false))
    throw Cancelled{};
  for (const std::string& done : stop_and_remove(configuration_home(environment)))
    dialogue.say("  " + done);
  for (const std::string& removed : remove_files_of_setup(file))
    dialogue.say("  removed " + removed);
  if (!options.setup.delete_data) {
    if (!state.empty()) dialogue.say("  the data is still in " + state);
    return exit_code::done;
  }
  if (state.empty()) {
    say(stderr,
        "collector: the configuration can't be read, so it is not known where the data is; nothing "
        "deleted\n");
    return exit_code::configuration;
  }
  for (const std::string& removed : remove_state(state))
    dialogue.say("  deleted " + removed);
  return exit_code::done;
}

}  // namespace

int setup_command(const Options& options, const Catalog& catalog, const Environment& environment) {
  unblock_signals();
  const Dialogue dialogue(stdin, stdout);
  if (!options.setup.yes && isatty(STDIN_FILENO) == 0) {
    say(stderr,
        "collector: setup asks questions and this is no terminal; --yes takes the defaults, see "
        "collector setup --help\n");
    return exit_code::usage;
  }
  try {
    if (options.setup.uninstall) {
      const auto file = find_configuration(options.config_file, environment);
      return uninstall(options, file.value_or(configuration_home(environment) / "collector/collector.yaml"),
                       dialogue, catalog, environment);
    }
    std::string wrong;
    const auto plan =
        plan_of(options, dialogue, catalog, environment, configuration_home(environment), wrong);
    if (!plan) {
      say(stderr, "collector: {}\n", wrong);
      return exit_code::usage;
    }
    return carry_out(*plan, dialogue, catalog, environment);
  } catch (const Cancelled&) {
    say(stderr, "\ncollector: setup ended; nothing was changed\n");
    return cancelled;
  }
}

}  // namespace collector
