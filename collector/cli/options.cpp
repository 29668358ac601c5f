#include "collector/cli/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "collector/cli/command_help.h"
#include "collector/cli/command_line.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/option_kinds.h"
#include "collector/cli/usage_error.h"
#include "collector/core/version.h"
#include "config/suggest.h"

namespace collector {
namespace {

constexpr const char* description =
    "Measures this machine, keeps the exact history on it, and delivers it to the sinks that you configure. "
    "Without a command it runs until SIGTERM or SIGINT. Without a configuration file all samplers are on, "
    "and "
    "the history goes to one SQLite file in the state directory.\n";

// The parser with everything that can be typed, and where what was typed goes.
struct CommandLine {
  CLI::App app{description, "collector"};
  Options options;
  bool once = false;
  bool defaults = false;
  bool reference = false;
  bool schema = false;
  bool measurements = false;
  bool sql = false;
  std::string check_file;  // check FILE
  std::string complete_kind;
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
  CLI::App* document = nullptr;
  CLI::App* complete = nullptr;
  CLI::App* help = nullptr;
  CLI::App* show_version = nullptr;

  CommandLine();
  void add_setup();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
};

void CommandLine::add_setup() {
  setup = app.add_subcommand(
      "setup", "write a configuration and start the collector; asks questions, or takes options");
  setup
      ->add_option("--measure", options.setup.measure,
                   "everything, network, or sampler names separated by commas")
      ->type_name("NAMES");
  setup
      ->add_option(
          "--to", options.setup.to,
          "a sink beside the history on this machine: json, postgres=URL or influx=URL; can be repeated")
      ->type_name("SINK");
  setup->add_option("--service", options.setup.service, "what starts the collector")
      ->check(one_of({"system", "user", "cron", "none"}));
  setup->add_flag("--yes,-y", options.setup.yes,
                  "ask nothing; use the default for every option that is not given");
  setup->add_flag("--uninstall", options.setup.uninstall, "undo an earlier setup; the data stays");
  setup->add_flag("--delete-data", options.setup.delete_data, "with --uninstall: also delete the data");
}

CommandLine::CommandLine() {
  app.footer(help_footer(""));
  app.set_version_flag("--version,-V", fmt::format("collector {}", version()), "print the version");
  app.set_help_flag("--help,-h", "print this help");
  app.add_option("--config,-c", options.config_file,
                 "configuration file; else $COLLECTOR_CONFIG, ~/.config/collector/collector.yaml, "
                 "/etc/collector/collector.yaml, else built-in defaults")
      ->type_name("FILE");
  app.add_flag("--verbose,-v", options.verbose, "log more");
  app.add_flag("--once", once, "take one sample of everything, deliver it to every sink, and exit");
  app.add_flag("--sync", options.sync, "with --once: also deliver to sinks that are not due yet");
  wait = add_duration(
      app, "--wait", options.wait,
      "with --once and sample: the pause before the second reading, for samplers that need two (1s)");
  app.fallthrough();
  app.require_subcommand(0, 1);

  run = app.add_subcommand("run", "run until SIGTERM or SIGINT (the default)");
  sample = app.add_subcommand("sample", "print one sample; write nothing");
  sample->add_flag("--all,-a", options.all, "print every field of every sampler instead of a summary");
  sample
      ->add_option("--format,-f", options.format,
                   "table, json (one object per line) or line (Influx line protocol)")
      ->check(one_of({"table", "json", "line"}));
  add_duration(*sample, "--wait", options.wait,
               "the pause before the second reading; with 0s there are no rates (1s)");
  sample->add_option("sampler", options.samplers, "print only these samplers, with every field");
  check = app.add_subcommand("check", "check the configuration; change nothing");
  check->add_flag("--connect", options.connect,
                  "also connect to the sinks' targets, and change nothing there; exit code 75 if one would "
                  "not accept rows");
  check->add_option("FILE", check_file, "the file to check, as with --config");
  config = app.add_subcommand("config", "print the configuration that is in force, with secrets masked");
  config->add_flag("--defaults", defaults, "print a complete configuration with comments instead");
  config->add_flag("--reference", reference, "print every setting instead, as Markdown");
  config->add_flag("--schema", schema, "print a JSON schema for editors instead");
  config->add_flag("--measurements", measurements, "print every measurement and field instead, as Markdown");
  config->add_flag("--sql", sql,
                   "print instead the SQL that a role which may create tables has to run for the sinks");
  status = app.add_subcommand("status", "show the state of the running collector");
  status->add_flag("--json,-j", options.json, "print JSON");
  status
      ->add_option("--state", options.state,
                   "the collector's state directory (default: the one of the configuration)")
      ->type_name("DIRECTORY");
  replay = app.add_subcommand(
      "replay", "deliver dead letters (rows that a sink refused) again, after the cause is fixed");
  replay->add_option("--sink,-s", options.sink, "only the dead letters of this sink")->type_name("NAME");
  replay->add_flag("--list,-l", options.list, "only print the dead letters, one JSON object per line");
  reload = app.add_subcommand(
      "reload", "make the running collector read its configuration again, and print the result");
  add_setup();
  // For units of services, not for people.
  secrets =
      app.add_subcommand("secrets", "copy the secrets that the service may not read to $RUNTIME_DIRECTORY")
          ->group("");
  // For building packages, not for people: no help mentions it.
  document = app.add_subcommand("document", "print a file that packages install")->group("");
  document->add_option("name", options.document, "which one")->required();
  complete = app.add_subcommand("complete", "print names for a shell's completions")->group("");
  complete->add_option("kind", complete_kind, "what is named")->required()->check(one_of({"sinks"}));
  help = app.add_subcommand("help", "explain a command, or list all of them");
  help->add_option("COMMAND", help_topic, "the command");
  show_version = app.add_subcommand("version", "print the version");

  for (auto* command : app.get_subcommands({}))
    command->footer(help_footer(command->get_name()));
}

OptionDescription describe(const CLI::Option& option) {
  OptionDescription described;
  for (const std::string& name : option.get_lnames())
    described.names.push_back("--" + name);
  for (const std::string& name : option.get_snames())
    described.names.push_back("-" + name);
  described.sentence = option.get_description();
  std::ranges::replace(described.sentence, '\n', ' ');
  if (option.get_items_expected_max() == 0) return described;
  // "TEXT:{table,json,line}" where only these may be given.
  const std::string type = option.get_type_name();
  const auto open = type.find('{');
  described.value = described.names.empty() ? option.get_name() : type.substr(0, type.find(':'));
  if (open == std::string::npos) return described;
  std::istringstream choices(type.substr(open + 1, type.find('}') - open - 1));
  for (std::string choice; std::getline(choices, choice, ',');)
    described.choices.push_back(choice);
  return described;
}

CommandDescription describe(const CLI::App& app, const std::string& name) {
  CommandDescription described{name, app.get_description(), {}, help_on(name)};
  for (const CLI::Option* option : app.get_options())
    // Every command has a --help of its own.
    if (name.empty() || option->get_name() != "--help") described.options.push_back(describe(*option));
  return described;
}

}  // namespace

std::vector<CommandDescription> describe_command_line() {
  const CommandLine line;
  std::vector<CommandDescription> all{describe(line.app, "")};
  for (const CLI::App* command :
       line.app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); }))
    all.push_back(describe(*command, command->get_name()));
  return all;
}

namespace {

// `collector help COMMAND`, and `collector version`.
Parsed told(CommandLine& line) {
  if (line.show_version->parsed())
    return {std::nullopt, fmt::format("collector {}\n", version()), exit_code::done};
  if (line.help_topic.empty()) return {std::nullopt, CommandLine().app.help(), exit_code::done};
  std::vector<std::string_view> names;
  for (const CLI::App* command :
       line.app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); }))
    names.push_back(command->get_name());
  for (CLI::App* command : line.app.get_subcommands({}))
    if (command->get_name() == line.help_topic)
      return {std::nullopt, command->help("collector"), exit_code::done};
  return {std::nullopt,
          fmt::format("collector: {}: there is no such command; {}\n", line.help_topic,
                      suggest(line.help_topic, names, "there are")),
          exit_code::usage};
}

}  // namespace

Parsed parse_options(int argc, const char* const* argv) {
  CommandLine line;
  Options& options = line.options;
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    Parsed parsed;
    const bool asked = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    if (asked) {
      std::ostringstream out;
      line.app.exit(error, out, out);
      parsed.text = out.str();
      return parsed;
    }
    parsed.text = usage_error(line.app, error);
    parsed.exit_code = exit_code::usage;
    return parsed;
  }

  if (line.help->parsed() || line.show_version->parsed()) return told(line);
  if (!line.check_file.empty()) {
    if (options.config_file)
      return {std::nullopt, "collector: check takes one file, either as a word or with --config\n",
              exit_code::usage};
    options.config_file = line.check_file;
  }
  for (const auto& [command, meant] : {std::pair{line.sample, Command::sample},
                                       {line.check, Command::check},
                                       {line.config, Command::config},
                                       {line.status, Command::status},
                                       {line.replay, Command::replay},
                                       {line.reload, Command::reload},
                                       {line.secrets, Command::secrets},
                                       {line.setup, Command::setup},
                                       {line.document, Command::document},
                                       {line.complete, Command::complete}})
    if (command->parsed()) options.command = meant;
  if (options.setup.delete_data && !options.setup.uninstall)
    return {std::nullopt, "collector: --delete-data goes with --uninstall; try collector setup --help\n",
            exit_code::usage};
  if (line.once) {
    if (!line.app.get_subcommands().empty() && !line.run->parsed())
      return {std::nullopt, "collector: --once goes without a command; try collector --help\n",
              exit_code::usage};
    options.command = Command::once;
  }
  if (options.sync && !line.once)
    return {std::nullopt, "collector: --sync goes with --once; try collector --help\n", exit_code::usage};
  if (line.wait->count() > 0 && !line.once && !line.sample->parsed())
    return {std::nullopt, "collector: --wait goes with --once or sample; try collector --help\n",
            exit_code::usage};
  if (line.defaults + line.reference + line.schema + line.measurements + line.sql > 1)
    return {std::nullopt, "collector: config prints one thing at a time; try collector config --help\n",
            exit_code::usage};
  if (line.defaults) options.show = Options::Show::defaults;
  if (line.reference) options.show = Options::Show::reference;
  if (line.schema) options.show = Options::Show::schema;
  if (line.measurements) options.show = Options::Show::measurements;
  if (line.sql) options.show = Options::Show::sql;
  return {options, {}, exit_code::done};
}

}  // namespace collector
