#include "collector/cli/command_help.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/cli/exit_code.h"

namespace collector {
namespace {

struct Entry {
  std::string_view command;
  CommandHelp help;
};

std::vector<int> history_codes() {
  return {exit_code::done,       exit_code::over,     exit_code::usage,
          exit_code::no_history, exit_code::internal, exit_code::configuration};
}

// Of those that have no --cap.
std::vector<int> codes_without_cap() {
  return {exit_code::done, exit_code::usage, exit_code::no_history, exit_code::internal,
          exit_code::configuration};
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all{
      {"",
       {{{"collector today", "how much today, and this month"},
         {"collector sample", "look at one sample; nothing is written"},
         {"collector setup", "answer questions about what to measure, where to send it and what starts it"},
         {"collector --once", "one sample of everything into every sink; for cron"},
         {"collector check collector.yaml", "list every mistake in a configuration"},
         {"collector config --defaults", "print a complete configuration with comments"},
         {"collector status", "see whether the running collector is healthy"},
         {"collector help sample", "read about one command"}},
        {}}},
      {"today",
       {{{"collector today", "how much today, and this month"},
         {"collector today --line", "one line for a status bar"},
         {"collector today 2026-11-03", "another day"},
         {"collector today --interface wg0", "one interface, also one inside another"},
         {"collector today --db laptop.db", "another machine's history"}},
        history_codes()}},
      {"yesterday",
       {{{"collector yesterday", "how much yesterday"},
         {"collector yesterday --by interface", "through what"}},
        history_codes()}},
      {"week",
       {{{"collector week", "this week, day by day"},
         {"collector week last-week", "the one before"},
         {"collector week 2026-W48", "by its number"}},
        history_codes()}},
      {"month",
       {{{"collector month", "this month, day by day"},
         {"collector month 2026-10", "another month"},
         {"collector month --cap 200GB --line", "exit code 1 when it was more"},
         {"collector month --json", "for programs, exact"}},
        history_codes()}},
      {"year",
       {{{"collector year", "this year, month by month"},
         {"collector year 2025", "another year"},
         {"collector year --by week", "week by week"}},
        history_codes()}},
      {"all", {{{"collector all", "all that is kept"}}, history_codes()}},
      {"hours",
       {{{"collector hours", "the last 24 hours"},
         {"collector hours yesterday", "the hours of one day"},
         {"collector hours --from 08:00", "since eight in the morning"}},
        history_codes()}},
      {"days",
       {{{"collector days", "the last 30 days"},
         {"collector days 2026-09", "those of a month"},
         {"collector days --from 2026-09-01 --csv > days.csv", "for a spreadsheet"}},
        history_codes()}},
      {"months",
       {{{"collector months", "the last 12 months"}, {"collector months --units iec", "in GiB"}},
        history_codes()}},
      {"years", {{{"collector years", "year by year"}}, history_codes()}},
      {"top",
       {{{"collector top", "this month by interface"},
         {"collector top days", "the busiest days"},
         {"collector top hours 2026-11", "the busiest hours of a month"}},
        history_codes()}},
      {"periods",
       {{{"collector periods", "the running cycle of each plan, and those before"},
         {"collector periods --plan home --line", "used, of how much, days left; for a status bar"},
         {"collector periods --from 2026 --csv > bills.csv", "for a spreadsheet"}},
        codes_without_cap()}},
      {"summary",
       {{{"collector summary", "each interface on one screen, and what this month will have moved"},
         {"collector summary --line", "today, this month and its forecast in a line"}},
        codes_without_cap()}},
      {"export",
       {{{"collector export > days.csv", "each day of each interface, for a spreadsheet"},
         {"collector export --by hour --from 2026-11 -o hours.json", "with what is not exact as fields"},
         {"collector export --measurement cpu --by hour", "means, lowest and highest of another measurement"},
         {"collector export --format vnstat", "for widgets that read vnstat --json"},
         {"collector export --format toon --by day,total --from -30d", "to ask a language model about"}},
        codes_without_cap()}},
      {"report",
       {{{"collector report 2026 -o 2026.html", "one file, to look at, to print, to send"},
         {"collector report --format md", "this year so far, as Markdown"}},
        codes_without_cap()}},
      {"import",
       {{{"collector import --from vnstat /var/lib/vnstat/vnstat.db --dry-run", "what it would add"},
         {"collector import --from vnstat vnstat.json --host nas",
          "what vnstat --json printed there, also vnStat 1"},
         {"collector import --from packetbuddy packetbuddy.db --interface wlan0",
          "all of it went through wlan0"},
         {"collector import --from csv old.csv --zone Europe/Berlin", "columns date, interface, down, up"}},
        {exit_code::done, exit_code::partly, exit_code::usage, exit_code::refused, exit_code::no_history,
         exit_code::internal, exit_code::configuration}}},
      {"live",
       {{{"collector live", "what moves right now; q ends it"},
         {"collector live --interface wg0", "one interface, also one inside another"},
         {"collector live --json --count 10", "ten readings for a program, exact"},
         {"collector live --for 1m | cat", "a line for each reading"}},
        {exit_code::done, exit_code::degraded, exit_code::not_running, exit_code::usage, exit_code::internal,
         exit_code::resources, exit_code::state_directory}}},
      {"run",
       {{{"collector run", "run until Ctrl-C, with the usual configuration"},
         {"collector run --config my.yaml", "run with this configuration"}},
        {exit_code::done, exit_code::usage, exit_code::internal, exit_code::resources,
         exit_code::state_directory, exit_code::held, exit_code::configuration}}},
      {"sample",
       {{{"collector sample", "a summary that fits the screen, the network first"},
         {"collector sample --all", "every field of every sampler"},
         {"collector sample net disk", "every field of these two samplers"},
         {"collector sample --format json --wait 0s", "one JSON object per line, without waiting for rates"}},
        {exit_code::done, exit_code::usage, exit_code::internal, exit_code::configuration}}},
      {"check",
       {{{"collector check", "the configuration that would be used"},
         {"collector check my.yaml", "a file that is not in use yet"},
         {"collector check --connect", "also connect to the sinks' targets"}},
        {exit_code::done, exit_code::usage, exit_code::not_reached, exit_code::configuration}}},
      {"config",
       {{{"collector config", "the settings with their values, secrets masked"},
         {"collector config --defaults > collector.yaml", "a complete file to start from"},
         {"collector config --sql | psql \"$OWNER_URL\"", "create the tables as their owner"}},
        {exit_code::done, exit_code::usage, exit_code::internal, exit_code::configuration}}},
      {"status",
       {{{"collector status", "for people"},
         {"collector status --json", "for programs"},
         {"collector status --state /var/lib/collector", "the collector with this state directory"}},
        {exit_code::done, exit_code::degraded, exit_code::not_running, exit_code::usage, exit_code::internal,
         exit_code::resources, exit_code::state_directory}}},
      {"replay",
       {{{"collector replay --list", "look at the rows that sinks refused, with the reasons"},
         {"collector replay", "deliver them again, after the cause is fixed"},
         {"collector replay --sink cloud", "only the rows of one sink"},
         {"collector replay --sink old --into cloud", "those of a sink that is no longer configured"}},
        {exit_code::done, exit_code::degraded, exit_code::usage, exit_code::internal, exit_code::resources,
         exit_code::state_directory, exit_code::held, exit_code::not_reached, exit_code::rejected,
         exit_code::configuration}}},
      {"reload",
       {{{"collector reload", "after an edit; exit code 0: in force, 78: refused"}},
        {exit_code::done, exit_code::degraded, exit_code::not_running, exit_code::usage, exit_code::resources,
         exit_code::state_directory, exit_code::configuration}}},
      {"web",
       {{{"collector web", "open the page, signed in with your rights"},
         {"collector web --print",
          "the address alone; with ssh -L 7373:127.0.0.1:7373 HOST for a browser elsewhere"}},
        {exit_code::done, exit_code::degraded, exit_code::not_running, exit_code::usage, exit_code::internal,
         exit_code::resources, exit_code::state_directory, exit_code::configuration}}},
      {"token",
       {{{"collector token add phone --expires 90d", "print a token that may look, once"},
         {"collector token add nas --role agent --host nas", "one by which nas delivers its own figures"},
         {"collector token list", "names, roles, last use"},
         {"collector token remove phone", "it is not let in any more, from now on"}},
        {exit_code::done, exit_code::taken, exit_code::usage, exit_code::internal,
         exit_code::state_directory}}},
      {"user",
       {{{"collector user add anna --role operator", "asks for a password, twice"},
         {"collector user password anna", "another one; ends her sessions; in a pipe it is read from there"},
         {"collector user remove anna", "and signs her out"}},
        {exit_code::done, exit_code::cancelled, exit_code::usage, exit_code::internal,
         exit_code::state_directory}}},
      {"secrets",
       {{{"collector secrets", "as root, in a unit: copy what the service may not read"}},
        {exit_code::done, exit_code::usage, exit_code::state_directory}}},
      {"setup",
       {{{"collector setup", "answer questions"},
         {"collector setup --yes --measure network --service cron", "without questions"},
         {"collector setup --to influx=http://HOST:8086,database=telegraf",
          "with a sink; also bucket=, org=, token=, user=, password="},
         {"collector setup --uninstall", "undo an earlier setup; the data stays"},
         {"collector setup --uninstall --delete-data",
          "undo it and delete the data; also works after --uninstall"}},
        {exit_code::done, exit_code::cancelled, exit_code::usage, exit_code::internal,
         exit_code::state_directory, exit_code::held, exit_code::configuration}}},
      {"help",
       {{{"collector help check", "the same as collector check --help"}},
        {exit_code::done, exit_code::usage}}},
      {"version",
       {{{"collector version", "the same as collector --version"},
         {"collector version --check https://example.org/VERSION", "only then is anybody asked"}},
        {exit_code::done, exit_code::newer, exit_code::usage, exit_code::internal, exit_code::not_reached}}},
  };
  return all;
}

std::string without_marks(std::string_view text) {
  std::string out(text);
  std::erase(out, '`');
  return out;
}

}  // namespace

CommandHelp help_on(std::string_view command) {
  const auto found = std::ranges::find(entries(), command, &Entry::command);
  if (found == entries().end()) return {};
  CommandHelp help = found->help;
  if (command.empty()) help.exit_codes = exit_code::all();
  return help;
}

std::string help_footer(std::string_view command) {
  const CommandHelp help = help_on(command);
  std::string out;
  if (!help.examples.empty()) out += "Examples:\n";
  std::size_t width = 0;
  constexpr std::size_t widest = 38;  // a longer command has its sentence below it
  for (const Example& example : help.examples)
    if (example.command.size() <= widest) width = std::max(width, example.command.size());
  for (const Example& example : help.examples) {
    const bool fits = example.command.size() <= width;
    out += fits ? fmt::format("  {:<{}}  {}\n", example.command, width, example.sentence)
                : fmt::format("  {}\n  {:<{}}  {}\n", example.command, "", width, example.sentence);
  }
  if (!command.empty())
    out +=
        "\nEverywhere:\n  -c, --config FILE  the configuration file\n  -v, --verbose      log more\n"
        "  -h, --help         print this help\n";
  out += "\nExit codes:";
  for (const int code : help.exit_codes)
    out += fmt::format(
        "\n  {:>2}  {}", code,
        command.empty() ? without_marks(exit_code::meaning_of(code)) : exit_code::meaning_to(command, code));
  return out;
}

}  // namespace collector
