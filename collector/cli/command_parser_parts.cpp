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

void CommandLine::add_access() {
  AccessOptions& asked = options.access;
  const auto add_state = [this](CLI::App& command) {
    command
        .add_option("--state", options.state,
                    "the collector's state directory (default: the one of the configuration)")
        ->type_name("DIRECTORY")
        ->check(not_empty("the directory's name"));
  };
  web =
      app.add_subcommand("web", "open the page of the running collector in a browser, or print its address");
  web->add_flag("--print", asked.only_prints, "only print the address, which is for one use within a minute");
  add_state(*web);
  token = app.add_subcommand("token", "tokens, by which programs and devices are let in: add, list, remove");
  token->add_option("ACTION", asked.action, "what to do")
      ->required()
      ->check(one_of({"add", "list", "remove"}));
  token->add_option("TOKEN", asked.name, "the token's name");
  token
      ->add_option("--role", asked.role,
                   "what it may: viewer looks, operator also mutes, admin everything; agent, forwarder and "
                   "ingest only deliver (viewer)")
      ->check(one_of({"viewer", "operator", "admin", "agent", "forwarder", "ingest"}));
  expires = add_duration(*token, "--expires", token_lasts, "when it ends, as 90d or 1y (default: never)");
  token
      ->add_option("--host", asked.hosts,
                   "only about this host; a name or a pattern, can be repeated (default: all)")
      ->type_name("HOST")
      ->allow_extra_args(false);
  token->add_option("--tenant", asked.tenant, "only about this tenant's hosts")->type_name("TENANT");
  token->add_flag("--json,-j", options.json, "list: print JSON");
  add_state(*token);
  user = app.add_subcommand("user", "people who sign in with a password: add, list, remove, password");
  user->add_option("ACTION", asked.action,
                   "what to do; the password is asked for, or the first line of stdin")
      ->required()
      ->check(one_of({"add", "list", "remove", "password"}));
  user->add_option("USER", asked.name, "the user's name");
  user->add_option("--role", asked.role,
                   "what they may: viewer looks, operator also mutes, admin everything (viewer)")
      ->check(one_of({"viewer", "operator", "admin"}));
  user->add_flag("--json,-j", options.json, "list: print JSON");
  add_state(*user);
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
  setup
      ->add_option("--web", options.setup.web,
                   "where the page is served: 127.0.0.1:7373, another address of this machine's own, or off "
                   "(default: it is asked; with --yes as it is, and else off)")
      ->type_name("ADDRESS");
  setup->add_option("--service", options.setup.service, "what starts the collector")
      ->check(one_of({"system", "user", "cron", "none"}));
  setup->add_flag("--yes,-y", options.setup.yes,
                  "ask nothing; use the default for every option that is not given");
  setup->add_flag("--uninstall", options.setup.uninstall, "undo an earlier setup; the data stays");
  setup->add_flag("--delete-data", options.setup.delete_data, "with --uninstall: also delete the data");
}

}  // namespace collector
