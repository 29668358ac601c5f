#include "collector/cli/setup_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "collector/app/one_sample.h"
#include "collector/app/signals.h"
#include "collector/cli/dialogue.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/cli/sample_summary.h"
#include "collector/cli/setup_files.h"
#include "collector/cli/setup_questions.h"
#include "collector/cli/setup_system.h"
#include "collector/cli/setup_undo.h"
#include "collector/core/log.h"
#include "collector/core/terminal.h"

namespace collector {
namespace {

std::filesystem::path configuration_home(const Environment& environment) {
  if (const auto home = environment.variable("XDG_CONFIG_HOME"); home && home->starts_with('/')) return *home;
  return std::filesystem::path(environment.variable("HOME").value_or("/")) / ".config";
}

// Everything that is going to be written, and what becomes of what is there.
struct Writing {
  std::vector<Replacement> replacements;  // secrets, then the unit, then the configuration
  SetupRecord record;
};

Writing writing_of(const SetupPlan& plan, const Configuration& configuration,
                   const Environment& environment) {
  const std::filesystem::path home = configuration_home(environment);
  std::vector<SetupFile> files = files_of(plan);
  if (auto unit = unit_of(plan, home, std::filesystem::read_symlink("/proc/self/exe")))
    files.insert(files.end() - 1, *std::move(unit));
  Writing writing;
  const auto earlier = read_record(plan.file.parent_path());
  if (earlier)
    writing.record = *earlier;
  else
    note_unit(plan.starter, home, writing.record);
  for (const SetupFile& file : files)
    writing.replacements.push_back(replacement_of(file, writing.record));
  writing.record = with_files(std::move(writing.record), writing.replacements);
  writing.record.state = configuration.state;
  writing.record.starter = name_of(plan.starter);
  return writing;
}

std::vector<std::string> lines_about(const Writing& writing) {
  std::vector<std::string> lines;
  for (auto each = writing.replacements.rbegin(); each != writing.replacements.rend(); ++each) {
    const std::string fate = fate_of_present(*each);
    lines.push_back(each->file.path.string());
    if (!fate.empty()) lines.push_back(fate);
  }
  return lines;
}

// The record first: what is written can then be taken back at any moment. False: something could not be
// written; said.
bool write_all(const SetupPlan& plan, const Writing& writing, const Dialogue& dialogue) {
  auto written = write_record(plan.file.parent_path(), writing.record);
  for (const Replacement& each : writing.replacements) {
    if (written) written = replace(each);
    if (!written) {
      say(stderr, "collector: {}; `collector setup --uninstall` removes what was written\n",
          written.error().text());
      return false;
    }
    const std::string fate = fate_of_present(each);
    dialogue.say(fmt::format("  {} {}{}", each.present == Replacement::Present::same ? "left" : "wrote",
                             each.file.path.string(), fate.empty() ? "" : ": " + fate));
  }
  return true;
}

// Secrets of an earlier setup that the new configuration does not name.
void drop_unused_secrets(const SetupPlan& plan, Writing& writing) {
  const std::string& yaml = writing.replacements.back().file.text;
  const auto is_unused = [&](const RecordedFile& file) {
    const bool written = std::ranges::any_of(
        writing.replacements, [&](const Replacement& each) { return each.file.path == file.path; });
    const bool secret = file.path.parent_path() == plan.file.parent_path() && file.path != plan.file;
    if (written || !secret) return false;
    const std::string name = file.path.filename().string();
    const std::string reference = name == "environment" ? "${" : "${file:" + name + "}";
    return yaml.find(reference) == std::string::npos;
  };
  for (const RecordedFile& file : writing.record.files)
    if (is_unused(file)) take_back(file, false);
  std::erase_if(writing.record.files, is_unused);
}

// What started the collector before this setup, where that is something else.
void stop_earlier_starter(const SetupPlan& plan, const Dialogue& dialogue) {
  const auto earlier = read_record(plan.file.parent_path());
  if (!earlier || earlier->starter == name_of(plan.starter)) return;
  if (const std::string done = stop(starter_named(earlier->starter)); !done.empty())
    dialogue.say("  " + done);
}

// One that somebody has started by hand would keep the service from the state directory.
bool is_in_the_way(const SetupPlan& plan, const Configuration& configuration) {
  const auto holder = holder_of(configuration.state);
  if (!holder || holder->is_service || plan.starter == Starter::nobody) return false;
  say(stderr,
      "collector: a collector that was started by hand runs with {} (pid {}); nothing was written: stop it "
      "(kill "
      "{}), then run this again\n",
      configuration.state.string(), holder->pid, holder->pid);
  return true;
}

void show_first_numbers(const Configuration& configuration, const Dialogue& dialogue) {
  std::vector<std::string> names;
  for (const SamplerConfiguration& sampler : configuration.samplers)
    if (sampler.name != "processes" && sampler.name != "internal") names.push_back(sampler.name);
  if (names.empty()) return;
  dialogue.head("The first numbers");
  log::set_level(log::Level::warning);  // what the summary says needs no second line
  const SystemClock clock;
  const OneSample sample = take_one_sample(configuration, names, std::chrono::seconds(1), clock);
  fmt::print("{}", sample_summary(*sample.snapshot, sample.down, Terminal::of(STDOUT_FILENO)));
}

// A question to the history that shows its newest rows, readable as they come.
std::string newest_rows(const Configuration& configuration) {
  const auto sink = std::ranges::find(configuration.sinks, "sqlite", &SinkConfiguration::type);
  if (sink == configuration.sinks.end()) return {};
  const bool net = std::ranges::find(configuration.samplers, "net", &SamplerConfiguration::name) !=
                   configuration.samplers.end();
  const std::string columns = net ? "interface, bytes_recv, bytes_sent" : "*";
  // In lines that a terminal does not break elsewhere: a shell takes them as they stand.
  return fmt::format(
      "sqlite3 -header -column {} \\\n    \"SELECT datetime(time, 'unixepoch', 'localtime') AS at,\n     {} "
      "FROM {} "
      "ORDER BY time DESC LIMIT 5\"",
      (configuration.state / sink->settings.text("path")).string(), columns,
      net ? "net" : configuration.samplers.front().name);
}

void say_what_next(const SetupPlan& plan, const Configuration& configuration, const Dialogue& dialogue) {
  const std::string sudo = plan.starter == Starter::system_service && geteuid() != 0 ? "sudo " : "";
  dialogue.head("What next");
  if (plan.starter == Starter::nobody)
    dialogue.say(fmt::format("  collector --config {}", plan.file.string()));
  else if (plan.starter != Starter::cron)
    dialogue.say(fmt::format("  {}collector status --config {}", sudo, plan.file.string()));
  if (configuration.web && plan.starter != Starter::cron)
    dialogue.say(fmt::format("  {}collector web --config {}    opens the page", sudo, plan.file.string()));
  if (const std::string query = newest_rows(configuration); !query.empty()) {
    dialogue.say("  " + sudo + query);
    if (!has_system_program("sqlite3")) dialogue.say("    (sqlite3 is a package of that name)");
  }
  dialogue.say("  collector setup --uninstall    undoes this, and keeps the data");
}

int carry_out(const SetupPlan& plan, const Options& options, const Dialogue& dialogue, const Catalog& catalog,
              const Environment& environment) {
  const auto configuration =
      parse_without_secrets(files_of(plan).back().text, plan.file, catalog, environment);
  if (!configuration) return report_problems(configuration.error());
  Writing writing = writing_of(plan, *configuration, environment);
  if (!options.setup.yes) {
    summarise(plan, lines_about(writing), dialogue);
    if (!dialogue.confirm("Go ahead?", true)) throw Cancelled{};
  }
  if (is_in_the_way(plan, *configuration)) return exit_code::held;
  stop_earlier_starter(plan, dialogue);
  if (!write_all(plan, writing, dialogue)) return exit_code::state_directory;
  drop_unused_secrets(plan, writing);
  if (const auto written = write_record(plan.file.parent_path(), writing.record); !written)
    say(stderr, "collector: {}\n", written.error().text());
  if (const auto going = start(plan, std::filesystem::read_symlink("/proc/self/exe")); !going) {
    say(stderr, "collector: {}\n", going.error().text());
    return exit_code::internal;
  }
  show_first_numbers(*configuration, dialogue);
  say_what_next(plan, *configuration, dialogue);
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
    if (options.setup.uninstall)
      return undo_setup(options, dialogue, environment, configuration_home(environment));
    std::string wrong;
    const auto plan =
        plan_of(options, dialogue, catalog, environment, configuration_home(environment), wrong);
    if (!plan) {
      say(stderr, "collector: {}\n", wrong);
      return exit_code::usage;
    }
    return carry_out(*plan, options, dialogue, catalog, environment);
  } catch (const Cancelled& cancelled) {
    say(stderr, "\ncollector: setup ended{}; nothing was changed\n",
        cancelled.why.empty() ? "" : ": " + cancelled.why);
    return exit_code::cancelled;
  }
}

}  // namespace collector
