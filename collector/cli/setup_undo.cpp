#include "collector/cli/setup_undo.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <vector>

#include "collector/cli/exit_code.h"
#include "collector/cli/setup_files.h"
#include "collector/cli/setup_state.h"
#include "collector/cli/setup_system.h"
#include "config/environment.h"
#include "config/state_directory.h"

namespace collector {
namespace {

// Who has edited it since wants it kept; of a secret no copy stays.
bool is_for_people(const std::filesystem::path& path, const std::filesystem::path& configuration) {
  return path == configuration || path.extension() == ".service";
}

// What is there to be undone.
struct Undoing {
  std::filesystem::path file;  // the configuration; empty: setup has written none, or it is gone
  std::optional<SetupRecord> record;
  std::filesystem::path state;  // where the data is; empty: setup has left none
};

bool has_data_of_setup(const std::filesystem::path& state) {
  return read_record(state).has_value();
}

Undoing find_what_to_undo(const Options& options, const Environment& environment) {
  Undoing undoing;
  const auto places = configuration_places(options.config_file, environment);
  for (const std::filesystem::path& place : places) {
    const std::filesystem::path file = std::filesystem::absolute(place);
    auto record = read_record(file.parent_path());
    if (!record && !is_marked(file)) continue;
    undoing.file = file;
    undoing.record = std::move(record);
    undoing.state = undoing.record ? undoing.record->state : state_directory_of(file, environment);
    return undoing;
  }
  // An earlier --uninstall has left the data, and a mark in it.
  std::vector<std::filesystem::path> states;
  if (const auto file = find_configuration(options.config_file, environment))
    states.push_back(state_directory_of(file, environment));
  states.push_back(default_state_directory(environment));
  states.emplace_back("/var/lib/collector");
  const auto left = std::ranges::find_if(states, has_data_of_setup);
  if (left != states.end()) undoing.state = *left;
  return undoing;
}

// What will be done, and the question whether it is to be.
std::string question(const Undoing& undoing, bool delete_data, const Dialogue& dialogue) {
  if (!undoing.file.empty()) {
    dialogue.say("  configuration  " + undoing.file.string());
    const RecordedFile* recorded = undoing.record ? undoing.record->find(undoing.file) : nullptr;
    if (recorded != nullptr && !recorded->backup.empty())
      dialogue.say("                 the previous file comes back: " + recorded->backup.filename().string());
  }
  if (!undoing.state.empty()) dialogue.say("  data           " + undoing.state.string());
  if (undoing.file.empty()) return "Delete the data?";
  return delete_data ? "Stop the collector, and delete its configuration and all data?"
                     : "Stop the collector and remove its configuration? The data stays.";
}

// Units and the cron line; what is the user's own is left alone.
std::vector<Starter> stop_starters(const Undoing& undoing, const Dialogue& dialogue,
                                   const std::filesystem::path& configuration_home) {
  std::vector<Starter> stopped;
  const std::string starter = undoing.record ? undoing.record->starter : "";
  for (const Starter each : {Starter::system_service, Starter::user_service, Starter::cron}) {
    const bool ours =
        each == Starter::cron || is_marked(unit_path(each, configuration_home)) || starter == name_of(each);
    if (!ours) continue;
    if (const std::string done = stop(each); !done.empty()) dialogue.say("  " + done);
    if (each != Starter::cron) stopped.push_back(each);
  }
  return stopped;
}

// The files of a setup that kept no record.
SetupRecord record_by_marks(const Undoing& undoing, const std::filesystem::path& configuration_home) {
  SetupRecord record;
  record.state = undoing.state;
  const auto add = [&](const std::filesystem::path& path) {
    record.files.push_back(
        {path, checksum_of(text_of_file(path).value_or("")), earlier_original(path).value_or("")});
  };
  for (const Starter each : {Starter::system_service, Starter::user_service})
    if (const auto unit = unit_path(each, configuration_home); is_marked(unit)) add(unit);
  if (undoing.file.empty()) return record;
  const std::filesystem::path folder = undoing.file.parent_path();
  const std::string text = text_of_file(undoing.file).value_or("");
  constexpr std::string_view reference = "${file:";
  for (std::size_t at = 0; (at = text.find(reference, at)) != std::string::npos;) {
    at += reference.size();
    const std::filesystem::path secret = folder / text.substr(at, text.find('}', at) - at);
    std::error_code error;
    if (std::filesystem::exists(secret, error)) add(secret);
  }
  if (is_marked(folder / "environment")) add(folder / "environment");
  add(undoing.file);
  return record;
}

// What people have written into files of setup's between two setups was kept, and is theirs to look through.
void mention_backups(const SetupRecord& record, const std::string& said, const Dialogue& dialogue) {
  for (const RecordedFile& file : record.files)
    for (const std::filesystem::path& backup : backups_of(file.path))
      if (said.find(backup.filename().string()) == std::string::npos)
        dialogue.say(fmt::format("  {} is still there; delete it if you do not need it", backup.string()));
}

// After a stop: a collector that was started by hand runs on.
int mention_holder(const Undoing& undoing, const StateHolder& holder, bool delete_data,
                   const Dialogue& dialogue) {
  dialogue.say(
      fmt::format("  a collector that setup did not start runs on with {} ({}); stop it with: kill {}",
                  undoing.state.string(), "pid " + holder.pid, holder.pid),
      Style::warning);
  if (!delete_data) return exit_code::done;
  collector::say(stderr,
                 "collector: its data can't be deleted while it runs; nothing was removed: stop it, then run "
                 "this again\n");
  return exit_code::held;
}

}  // namespace

std::optional<StateHolder> holder_of(const std::filesystem::path& state) {
  const int lock = open((state / "lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (lock < 0) return std::nullopt;
  const bool is_free = flock(lock, LOCK_SH | LOCK_NB) == 0;
  std::array<char, 32> text{};
  const ssize_t size = is_free ? 0 : pread(lock, text.data(), text.size(), 0);
  close(lock);
  if (is_free) return std::nullopt;
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  pid.erase(std::min(pid.find_first_not_of("0123456789"), pid.size()));
  const std::string group = text_of_file("/proc/" + pid + "/cgroup").value_or("");
  return StateHolder{pid, group.find("/collector.service") != std::string::npos};
}

int undo_setup(const Options& options, const Dialogue& dialogue, const Environment& environment,
               const std::filesystem::path& configuration_home) {
  const bool delete_data = options.setup.delete_data;
  Undoing undoing = find_what_to_undo(options, environment);
  const bool has_unit = is_marked(unit_path(Starter::system_service, configuration_home)) ||
                        is_marked(unit_path(Starter::user_service, configuration_home));
  if (undoing.file.empty() && !has_unit && (undoing.state.empty() || !delete_data)) {
    const std::string done = stop(Starter::cron);
    dialogue.say(done.empty() ? "Setup has made nothing here." : "  " + done);
    if (!undoing.state.empty()) dialogue.say("  the data is still in " + undoing.state.string());
    return exit_code::done;
  }
  if (!options.setup.yes && !dialogue.confirm(question(undoing, delete_data, dialogue), false))
    throw Cancelled{};

  const SetupRecord record = undoing.record ? *undoing.record : record_by_marks(undoing, configuration_home);
  const std::vector<Starter> stopped = stop_starters(undoing, dialogue, configuration_home);
  // The data first: who has deleted the configuration does not know any more where the data is.
  if (const auto holder = holder_of(undoing.state))
    if (const int code = mention_holder(undoing, *holder, delete_data, dialogue); code != exit_code::done)
      return code;
  if (delete_data && !undoing.state.empty()) {
    const auto deleted = delete_state(undoing.state, undoing.file);
    if (!deleted) {
      collector::say(stderr, "collector: {}\n", deleted.error().text());
      return exit_code::state_directory;
    }
    for (const std::string& line : *deleted)
      dialogue.say("  " + line);
  }
  std::string all_said;
  for (const RecordedFile& file : record.files) {
    const std::string said = take_back(file, !delete_data && is_for_people(file.path, undoing.file));
    if (!said.empty()) dialogue.say("  " + said);
    all_said += said + "\n";
  }
  mention_backups(record, all_said, dialogue);
  for (const Starter starter : stopped)
    bring_back_unit(starter, record);
  std::error_code error;
  if (!delete_data && std::filesystem::is_directory(undoing.state, error)) {
    // By it a later --delete-data knows what is setup's.
    (void)write_record(undoing.state, {.state = undoing.state, .starter = "none", .files = {}});
    dialogue.say(
        fmt::format("  the data is still in {}; `collector setup --uninstall --delete-data` deletes it",
                    undoing.state.string()));
  }
  if (undoing.file.empty()) return exit_code::done;
  std::filesystem::remove(undoing.file.parent_path() / record_name, error);
  std::filesystem::remove(undoing.file.parent_path(), error);  // when nothing else is in it
  return exit_code::done;
}

}  // namespace collector
