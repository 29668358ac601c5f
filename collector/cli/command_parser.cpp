#include "collector/cli/command_parser.h"

#include <fmt/format.h>

#include "collector/cli/command_help.h"
#include "collector/cli/option_kinds.h"
#include "collector/core/version.h"
#include "collector/history/time_words.h"

namespace collector {
namespace {

constexpr const char* description =
    "Measures this machine, keeps the exact history on it, and delivers it to the sinks that you configure. "
    "Without a command it runs until SIGTERM or SIGINT. Without a configuration file all samplers are on, "
    "and "
    "the history goes to one SQLite file in the state directory.\n";

// What every command that asks the history takes: from when to when, in which words.
void add_range(CLI::App& app, HistoryOptions& asked) {
  app.add_option(
         "--from", asked.from,
         "from then on: 2026-11-14, 2026-11-14T16:00, 2026-11, 14:00, yesterday, monday, last-month, -7d")
      ->type_name("TIME");
  app.add_option("--to", asked.to, "up to the end of that; as --from (default: now)")->type_name("TIME");
  app.add_option_function<std::string>(
         "--units",
         [&asked](const std::string& units) {
           asked.units = units == "iec" ? AmountUnits::iec : AmountUnits::si;
         },
         "si: GB, by powers of 1000; iec: GiB, by powers of 1024 (si)")
      ->check(one_of({"si", "iec"}));
  app.add_option("--db", asked.file, "read this history instead: a copy, or another machine's")
      ->type_name("FILE");
}

// And of what.
void add_selection(CLI::App& app, HistoryOptions& asked) {
  app.add_option("--interface,-i", asked.interfaces,
                 "only this interface; a name or a pattern, can be repeated (default: every device, and what "
                 "runs inside one is not counted twice; on a router name one side)")
      ->type_name("INTERFACE")
      ->allow_extra_args(false);
  app.add_option("--host", asked.host, "only this host; a name or a pattern")->type_name("HOST");
  add_range(app, asked);
  app.add_option("--zone", asked.zone, "of days and clocks: Europe/Berlin (default: that of the history)")
      ->type_name("ZONE");
}

bool is_time(std::string_view word) {
  return history::range_of(word, {}).has_value();
}

// What all of it is about, without an option: `month 2026-03`.
void add_time(CLI::App& app, HistoryOptions& asked, HistoryView view) {
  if (view == HistoryView::yesterday || view == HistoryView::all || view == HistoryView::summary) return;
  app.add_option("TIME", asked.time,
                 "of that: 2026-11, 2026-11-14, 2025, 2026-W48, yesterday, monday, last-month, -7d")
      ->check({[](std::string& word) { return is_time(word) ? "" : "is not a time"; }, ""});
  app.validate_positionals();  // what is no time may be meant for an option
}

void add_forms(CLI::App& app, HistoryOptions& asked) {
  app.add_flag("--json,-j", asked.json, "print JSON, with exact bytes");
  app.add_flag("--csv", asked.csv, "print CSV, with exact bytes");
  app.add_flag("--line", asked.line, "print one line for a status bar");
}

}  // namespace

void CommandLine::add_history() {
  struct View {
    const char* name;
    const char* sentence;
    HistoryView view;
  };
  for (const View& each :
       {View{"today", "how much has moved today, hour by hour, and this month", HistoryView::today},
        View{"yesterday", "the same of the day before", HistoryView::yesterday},
        View{"week", "this week, day by day", HistoryView::week},
        View{"month", "this month, day by day", HistoryView::month},
        View{"year", "this year, month by month", HistoryView::year},
        View{"all", "all that is kept, year by year", HistoryView::all},
        View{"hours", "the last 24 hours, with the busiest second of each", HistoryView::hours},
        View{"days", "the last 30 days", HistoryView::days},
        View{"months", "the last 12 months", HistoryView::months},
        View{"years", "year by year", HistoryView::years},
        View{"top", "this month by interface, or the busiest hours, days, weeks, months or years",
             HistoryView::top},
        View{"summary", "today, this week, month and year of each interface, and what to expect",
             HistoryView::summary}}) {
    CLI::App* command = app.add_subcommand(each.name, each.sentence);
    history.emplace_back(command, each.view);
    HistoryOptions& asked = options.history;
    if (each.view == HistoryView::top)
      command
          ->add_option("WHAT", asked.top_of,
                       "interfaces (the default), hosts, hours, days, weeks, months or years")
          ->check(one_of({top_kinds.begin(), top_kinds.end()}, is_time));
    add_selection(*command, asked);
    add_time(*command, asked, each.view);
    if (each.view != HistoryView::summary) {
      command->add_option("--by", asked.by, "what a row is: a time, an interface or a host")
          ->check(one_of({"hour", "day", "week", "month", "year", "interface", "host"}));
      add_size(*command, "--cap", asked.cap, "exit code 1 when more than this has moved, as 200GB");
    }
    if (each.view == HistoryView::today || each.view == HistoryView::month)
      command->add_option("--plan", asked.plan, "what this plan is about (default: the first of `plans:`)")
          ->type_name("PLAN");
    if (each.view == HistoryView::summary) hide_range(*command);
    add_forms(*command, asked);
  }
  add_periods();
}

void CommandLine::add_periods() {
  HistoryOptions& asked = options.history;
  CLI::App* command = app.add_subcommand(
      "periods", "the billing cycles of your plans: used, cost, what is expected, 95th percentile");
  history.emplace_back(command, HistoryView::periods);
  command->add_option("--plan", asked.plan, "only this plan (default: all)")->type_name("PLAN");
  command->add_option("--count,-n", asked.count, "so many cycles of each plan (6)")
      ->type_name("NUMBER")
      ->check(CLI::Range(1, 10'000));
  add_range(*command, asked);
  add_forms(*command, asked);
}

void CommandLine::add_exports() {
  ExportOptions& exported = options.exported;
  const auto add_output = [&](CLI::App& command) {
    command
        .add_option("--output,-o", exported.output,
                    "write to this file, which is there whole or not at all (default: standard output)")
        ->type_name("FILE")
        ->check(not_empty("the file name"))
        ->check(no_workbook());
  };
  export_history = app.add_subcommand("export", "the history as data, for other programs");
  export_history
      ->add_option(
          "--format,-f", exported.format,
          "csv, ndjson, json, vnstat (as vnstat --json), md (Markdown) or toon (a table for language "
          "models); default: by the file's name, else csv")
      ->check(one_of({"csv", "ndjson", "json", "vnstat", "md", "toon"}));
  add_output(*export_history);
  add_selection(*export_history, options.history);
  export_history
      ->add_option("--measurement,-m", exported.measurement,
                   "another measurement: cpu, mem, disk … with all its fields (net)")
      ->type_name("NAME");
  export_history
      ->add_option("--by", exported.by,
                   "how long rows are, and of what: as hour,host; total: of all together (day,interface)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of({"5m", "hour", "day", "week", "month", "year", "interface", "host", "total"}));
  report = app.add_subcommand("report", "the year in one page: every day, months, records, cost");
  report->add_option("YEAR", exported.year, "which one (default: this one)")->check(CLI::Range(1970, 9998));
  report
      ->add_option("--format,-f", exported.format, "html (one file without script; the default), md or json")
      ->check(one_of({"html", "md", "json"}));
  add_output(*report);
  add_selection(*report, options.history);
  hide_range(*report);
}

void CommandLine::add_import() {
  import_history = app.add_subcommand("import", "bring another program's history into this one, once only");
  ImportOptions& wanted = options.importing;
  import_history
      ->add_option_function<std::string>(
          "--from",
          [&wanted](const std::string& name) {
            for (const auto program : {history::PastProgram::vnstat, history::PastProgram::packetbuddy,
                                       history::PastProgram::netmon, history::PastProgram::csv})
              if (name_of(program) == name) wanted.from = program;
          },
          "whose it is")
      ->required()
      ->check(one_of({"vnstat", "packetbuddy", "netmon", "csv"}));
  import_history
      ->add_option("FILE", wanted.file,
                   "the program's database; of vnstat also what vnstat --json prints; -: standard input")
      ->required()
      ->check(not_empty("the file name"));
  import_history->add_flag("--dry-run,-n", wanted.dry_run, "only print what would be added");
  import_history
      ->add_option("--host", wanted.host, "the host that it is of (default: as the file says, else this one)")
      ->type_name("NAME")
      ->check(not_empty("the host's name"));
  import_history
      ->add_option("--interface,-i", wanted.interface,
                   "only this interface; of packetbuddy: the one that all went through")
      ->type_name("NAME")
      ->check(not_empty("the interface's name"));
  import_history
      ->add_option("--zone", wanted.zone,
                   "of the program's days and clocks: Europe/Berlin (default: that of the configuration)")
      ->type_name("ZONE");
  import_history->add_option("--db", wanted.db, "into this history instead of the configuration's")
      ->type_name("FILE");
}

CommandLine::CommandLine() : app(description, "collector") {
  app.footer(help_footer(""));
  app.set_version_flag("--version,-V", fmt::format("collector {}", version()), "print the version");
  app.set_help_flag("--help,-h", "print this help");
  app.add_option("--config,-c", options.config_file,
                 "configuration file; else $COLLECTOR_CONFIG, ~/.config/collector/collector.yaml, "
                 "/etc/collector/collector.yaml, else built-in defaults")
      ->type_name("FILE")
      ->check(not_empty("the file name"));
  app.add_flag("--verbose,-v", options.verbose, "log more");
  app.add_flag("--once", once, "take one sample of everything, deliver it to every sink, and exit");
  app.add_flag("--sync", options.sync, "with --once: also deliver to sinks that are not due yet");
  wait = add_duration(
      app, "--wait", options.wait,
      "with --once and sample: the pause before the second reading, for samplers that need two (1s)");
  app.fallthrough();
  app.require_subcommand(0, 1);

  add_history();
  add_exports();
  add_import();
  add_live();
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
  check->add_option("FILE", check_file, "the file to check, as with --config")
      ->check(not_empty("the file name"));
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
      ->type_name("DIRECTORY")
      ->check(not_empty("the directory's name"));
  replay = app.add_subcommand(
      "replay", "deliver dead letters (rows that a sink refused) again, after the cause is fixed");
  replay
      ->add_option("--sink,-s", options.sink,
                   "only the dead letters of this sink, also of one that is no longer configured")
      ->type_name("NAME")
      ->check(not_empty("the sink's name"));
  replay->add_option("--into", options.to, "with --sink: deliver them to this sink instead")
      ->type_name("NAME")
      ->check(not_empty("the sink's name"));
  replay->add_flag("--list,-l", options.list, "only print the dead letters, one JSON object per line");
  replay->add_flag("--remove", options.remove, "with --sink: throw its dead letters away");
  reload = app.add_subcommand(
      "reload", "make the running collector read its configuration again, and print the result");
  add_access();
  add_setup();
  // For units of services, not for people.
  secrets =
      app.add_subcommand("secrets", "copy the secrets that the service may not read to $RUNTIME_DIRECTORY")
          ->group("");
  // For building packages, not for people: no help mentions it.
  document = app.add_subcommand("document", "print a file that packages install")->group("");
  document->add_option("name", options.document, "which one")->required();
  complete = app.add_subcommand("complete", "print names for a shell's completions")->group("");
  complete->add_option("kind", options.complete_kind, "what is named")
      ->required()
      ->check(one_of({"sinks", "plans"}));
  help = app.add_subcommand("help", "explain a command, or list all of them");
  help->add_option("COMMAND", help_topic, "the command");
  show_version = app.add_subcommand("version", "print the version");
  show_version
      ->add_option(
          "--check", options.version_from,
          "compare it with the file VERSION there, and print whether that is newer; exit code 1 if it is")
      ->type_name("FILE|URL")
      ->check(not_empty("the file name or URL"));

  for (auto* command : app.get_subcommands({}))
    command->footer(help_footer(command->get_name()));
}

}  // namespace collector
