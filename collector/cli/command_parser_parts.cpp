// What can be typed for `live` and `setup`.
#include <fmt/format.h>

#include "collector/cli/command_parser.h"
#include "collector/cli/option_kinds.h"
#include "collector/cli/setup_words.h"

namespace collector {

void CommandLine::add_live() {
  live = app.add_subcommand("live", "what moves right now, as the running collector reads it; ends with q");
  LiveOptions& asked = options.live;
  live->add_option("--interface,-i", asked.interfaces,
                   "only this interface; a name or a pattern, can be repeated (default: those that count no "
                   "byte twice)")
      ->type_name("INTERFACE")
      ->allow_extra_args(false);
  live->add_option_function<std::string>(
          "--units",
          [&asked](const std::string& units) {
            asked.units = units == "iec" ? LiveUnits::iec : units == "si" ? LiveUnits::si : LiveUnits::bit;
          },
          "bit: Mbit/s and GB; si: MB/s and GB; iec: MiB/s and GiB (bit)")
      ->check(one_of({"bit", "si", "iec"}));
  live->add_flag("--json,-j", asked.json, "print one JSON object for each reading, with exact bytes");
  live->add_option("--count,-n", asked.count, "end after so many readings")
      ->type_name("NUMBER")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  add_duration(*live, "--for", asked.duration, "end after this time, as 10s or 5m");
}

void CommandLine::add_setup() {
  setup = app.add_subcommand(
      "setup", "write a configuration and start the collector; asks questions, or takes options");
  setup
      ->add_option("--measure", options.setup.measure,
                   "everything, network, or sampler names separated by commas")
      ->type_name("NAMES");
  setup
      ->add_option("--to", options.setup.to,
                   fmt::format("a sink beside the history on this machine; one of {}; can be repeated",
                               fmt::join(target_forms(), ", ")))
      ->type_name("SINK");
  setup->add_option("--service", options.setup.service, "what starts the collector")
      ->check(one_of({"system", "user", "cron", "none"}));
  setup->add_flag("--yes,-y", options.setup.yes,
                  "ask nothing; use the default for every option that is not given");
  setup->add_flag("--uninstall", options.setup.uninstall, "undo an earlier setup; the data stays");
  setup->add_flag("--delete-data", options.setup.delete_data, "with --uninstall: also delete the data");
}

}  // namespace collector
