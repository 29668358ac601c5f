#include "collector/cli/import_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <system_error>

#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/cli/import_text.h"
#include "collector/cli/import_waiting.h"
#include "collector/core/log.h"
#include "collector/history/history_file.h"
#include "config/environment.h"

namespace collector {
namespace {

struct ImportMistake {
  Error error;
  int exit_code = exit_code::no_history;
};

// Where to, and what is not said in the file.
struct ImportTarget {
  std::filesystem::path file;
  std::string host;
  history::Zone zone = history::Zone::utc();
  Duration on_their_way{};           // how long rows may take until they are in the history
  std::filesystem::path state = {};  // of the collector that writes it; empty: it is not known
  std::string sink = {};             // its name there
};

std::expected<ImportTarget, ImportMistake> named_target(const std::filesystem::path& file,
                                                        const Environment& environment) {
  const auto opened = history::HistoryFile::open(file, {});
  if (!opened) return std::unexpected(ImportMistake{opened.error()});
  const auto content = opened->content();
  if (!content) return std::unexpected(ImportMistake{content.error()});
  // The collector that writes it is unknown: an hour is enough for most.
  ImportTarget target{file, environment.host_name, history::Zone::utc(), std::chrono::hours(1)};
  if (content->hosts.size() == 1) target.host = content->hosts.front();
  auto zone = history::Zone::configured(content->day_zone);
  if (!zone) return std::unexpected(ImportMistake{zone.error()});
  target.zone = std::move(*zone);
  return target;
}

std::expected<ImportTarget, ImportMistake> configured_target(const Configuration& configuration) {
  const auto sink = std::ranges::find(configuration.sinks, "sqlite", &SinkConfiguration::type);
  if (sink == configuration.sinks.end())
    return std::unexpected(
        ImportMistake{{"the configuration has no sink that keeps a history on this machine",
                       "add one: sinks: {local: {type: sqlite, path: collector.db}}, or "
                       "name a file with --db"}});
  auto zone = history::Zone::configured(configuration.timezone);
  if (!zone) return std::unexpected(ImportMistake{zone.error(), exit_code::configuration});
  const Duration every = sink->common.has("every") ? sink->common.duration("every") : Duration{};
  return ImportTarget{(configuration.state / sink->settings.text("path")).lexically_normal(),
                      configuration.host,
                      std::move(*zone),
                      std::max(every, configuration.flush) + configuration.flush + configuration.window,
                      configuration.state,
                      sink->name};
}

// What is typed with --db may be what the configuration names.
std::expected<ImportTarget, ImportMistake> target_at(const std::filesystem::path& file,
                                                     const Checked<Configuration>& configuration,
                                                     const Environment& environment) {
  if (configuration) {
    auto own = configured_target(*configuration);
    std::error_code error;
    if (own && std::filesystem::equivalent(own->file, file, error)) return own;
  }
  return named_target(file, environment);
}

// What is said, and what is refused of the file.
struct Imported {
  std::string text;
  std::optional<std::string> refused;
  int exit_code = exit_code::done;
};

std::expected<Imported, ImportMistake> import_into(ImportTarget target, const ImportOptions& options) {
  if (!options.zone.empty()) {
    auto zone = history::Zone::load(options.zone);
    if (!zone) return std::unexpected(ImportMistake{zone.error(), exit_code::usage});
    target.zone = std::move(*zone);
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(SystemClock().now().wall);
  const std::string file = options.file == "-" ? "/dev/stdin" : options.file;
  const auto read =
      imports::read_past(options.from, {.file = file,
                                        .zone = target.zone,
                                        .now = now,
                                        .this_host = options.host.empty() ? target.host : options.host,
                                        .host = options.host,
                                        .interface = options.interface});
  if (!read) return std::unexpected(ImportMistake{read.error()});
  std::vector<history::WaitingTime> waiting;
  if (!target.state.empty()) {
    auto times = waiting_times(target.state, target.sink, target.host);
    if (!times) return std::unexpected(ImportMistake{times.error()});
    waiting = std::move(*times);
  }
  const auto added = history::import_past(
      target.file, {.program = options.from,
                    .interfaces = read->interfaces,
                    .zone = target.zone,
                    .settled = std::chrono::floor<std::chrono::seconds>(now - target.on_their_way),
                    .waiting = std::move(waiting),
                    .dry_run = options.dry_run});
  if (!added) return std::unexpected(ImportMistake{added.error()});
  const ImportReport report{options.file, std::string(name_of(options.from)), target.zone, options.dry_run};
  Imported imported{import_text(report, *read, *added, Terminal::of(STDOUT_FILENO)),
                    refused_text(report, *read)};
  if (read->refused > 0) imported.exit_code = read->taken == 0 ? exit_code::refused : exit_code::partly;
  return imported;
}

}  // namespace

int import_command(const Options& options, const Catalog& catalog, const Environment& environment) {
  const auto configuration =
      load_without_secrets(configuration_to_run(options.config_file, environment), catalog, environment);
  if (!options.importing.db && !configuration) return report_problems(configuration.error());
  auto target = options.importing.db ? target_at(*options.importing.db, configuration, environment)
                                     : configured_target(*configuration);
  const auto done = target ? import_into(std::move(*target), options.importing)
                           : std::expected<Imported, ImportMistake>(std::unexpected(target.error()));
  if (!done) {
    log::say_error(fmt::format("collector: {}\n", done.error().error.text()));
    return done.error().exit_code;
  }
  fmt::print("{}", done->text);
  if (done->refused) log::say_error(fmt::format("collector: {}\n", *done->refused));
  return done->exit_code;
}

}  // namespace collector
