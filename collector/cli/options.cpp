#include "collector/cli/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/cli/command_parser.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/usage_error.h"
#include "collector/core/version.h"
#include "config/suggest.h"

namespace collector {
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

// `top 2026-11` is `top interfaces 2026-11`. What is wrong with times; empty: nothing.
std::string settle_time(HistoryOptions& asked) {
  const bool is_time = std::ranges::find(top_kinds, asked.top_of) == top_kinds.end();
  if (is_time && !asked.time.empty())
    return fmt::format("collector: top takes one time; did you mean --from {} --to {}?\n", asked.top_of,
                       asked.time);
  if (is_time) asked.time = std::exchange(asked.top_of, std::string(top_kinds.front()));
  if (asked.time.empty() || (asked.from.empty() && asked.to.empty())) return "";
  return fmt::format("collector: {} says from when to when; it goes without --from and --to\n", asked.time);
}

// Of `token` and `user`: who is meant, and options that go with another action; empty: all is well.
std::string mistake_in_access(CommandLine& line) {
  AccessOptions& asked = line.options.access;
  const bool of_token = line.token->parsed();
  if (!of_token && !line.user->parsed()) return {};
  const CLI::App& command = of_token ? *line.token : *line.user;
  const auto wrong = [&](std::string_view what) {
    return fmt::format("collector: {}; try collector {} --help\n", what, command.get_name());
  };
  if (line.expires->count() > 0) asked.lasts = line.token_lasts;
  if (asked.action == "list" && !asked.name.empty()) return wrong("list shows all, and takes no name");
  if (asked.action != "list" && asked.name.empty())
    return wrong(fmt::format("{} {} takes a name", command.get_name(), asked.action));
  if (line.options.json && asked.action != "list") return wrong("--json goes with list");
  const bool limited = asked.lasts || !asked.hosts.empty() || !asked.tenant.empty();
  if (asked.action != "add" && (limited || command.get_option("--role")->count() > 0))
    return wrong("--role, --expires, --host and --tenant go with add");
  return {};
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

  const bool asks = line.show_version->parsed() && line.show_version->get_option("--check")->count() > 0;
  if (line.help->parsed() || (line.show_version->parsed() && !asks)) return told(line);
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
                                       {line.import_history, Command::import_history},
                                       {line.document, Command::document},
                                       {line.complete, Command::complete},
                                       {line.live, Command::live},
                                       {line.token, Command::token},
                                       {line.user, Command::user},
                                       {line.web, Command::web},
                                       {line.show_version, Command::version},
                                       {line.export_history, Command::export_history},
                                       {line.report, Command::report}})
    if (command->parsed()) options.command = meant;
  for (const auto& [command, view] : line.history)
    if (command->parsed()) {
      options.command = Command::history;
      options.history.view = view;
    }
  if (options.history.json + options.history.csv + options.history.line > 1)
    return {std::nullopt,
            "collector: one of --json, --csv and --line at a time; try collector today --help\n",
            exit_code::usage};
  if (const std::string wrong = settle_time(options.history); !wrong.empty())
    return {std::nullopt, wrong, exit_code::usage};
  if (options.history.view == HistoryView::summary &&
      !(options.history.from.empty() && options.history.to.empty()))
    return {
        std::nullopt,
        "collector: summary is of today, this week, month and year; --from and --to go with the others; try "
        "collector days --help\n",
        exit_code::usage};
  if (const std::string wrong = mistake_in_access(line); !wrong.empty())
    return {std::nullopt, wrong, exit_code::usage};
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
  const bool changed = !options.to.empty() || options.remove;
  if (changed && (options.sink.empty() || options.list || (!options.to.empty() && options.remove)))
    return {
        std::nullopt,
        "collector: replay takes one of --list, --into and --remove, the last two with --sink; try collector "
        "replay --help\n",
        exit_code::usage};
  if (line.defaults + line.reference + line.schema + line.measurements + line.sql > 1)
    return {std::nullopt, "collector: config prints one thing at a time; try collector config --help\n",
            exit_code::usage};
  if (line.defaults) options.show = Options::Show::defaults;
  if (line.reference) options.show = Options::Show::reference;
  if (line.schema) options.show = Options::Show::schema;
  if (line.measurements) options.show = Options::Show::measurements;
  if (line.sql) options.show = Options::Show::sql;
  options.words.assign(argv + 1, argv + argc);
  return {options, {}, exit_code::done};
}

Parsed parse_options(const std::vector<std::string>& words) {
  std::vector<const char*> arguments{"collector"};
  for (const std::string& word : words)
    arguments.push_back(word.c_str());
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

}  // namespace collector
