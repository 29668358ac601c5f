// `collector setup` on a terminal, with a home and programs of the system of the test's own: systemctl and
// crontab are stood in for by scripts that write down how they were called; the real ones are tried by
// scripts/package --test.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"
#include "tests/support/pseudo_terminal.h"

namespace collector::test {

class Setup : public testing::Test {
 protected:
  Setup() {
    program("systemctl", "echo \"systemctl $*\" >>'" + (home_ / "calls").string() + "'\n");
    // Where systemctl --user finds the user's systemd.
    write_file(home_ / "runtime/systemd/private", "");
    program("crontab", "if [ \"$1\" = -l ]; then cat '" + (home_ / "crontab").string() +
                           "' 2>/dev/null; else cp \"$1\" '" + (home_ / "crontab").string() + "'; fi\n");
  }

  void program(const std::string& name, const std::string& script) const {
    write_file(home_ / "bin" / name, "#!/bin/sh\n" + script);
    std::filesystem::permissions(home_ / "bin" / name, std::filesystem::perms::owner_all);
  }
  std::vector<std::pair<std::string, std::string>> environment() const {
    return {{"HOME", home_.path().string()},
            {"XDG_CONFIG_HOME", (home_ / "config").string()},
            {"XDG_STATE_HOME", (home_ / "state").string()},
            {"PATH", (home_ / "bin").string() + ":/usr/bin:/bin"},
            {"XDG_RUNTIME_DIR", (home_ / "runtime").string()},
            {"NO_COLOR", "1"}};
  }
  PseudoTerminal start(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{binary(), "setup"};
    words.insert(words.end(), more.begin(), more.end());
    return PseudoTerminal(words, environment());
  }
  Finished run(const std::vector<std::string>& more) const {
    std::vector<std::string> words{binary()};
    words.insert(words.end(), more.begin(), more.end());
    return run_process(words, environment());
  }
  // A process that looks like cron's.
  Process cron() const {
    std::filesystem::copy_file("/bin/sleep", home_ / "bin/crond");
    return Process({(home_ / "bin/crond").string(), "600"});
  }
  // Files in the folder of the configuration.
  std::vector<std::string> beside(const std::filesystem::path& file) const {
    std::vector<std::string> names;
    if (!std::filesystem::exists(file.parent_path())) return names;
    for (const auto& entry : std::filesystem::directory_iterator(file.parent_path()))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
  std::filesystem::path file() const { return home_ / "config/collector/collector.yaml"; }
  std::string calls() const {
    return std::filesystem::exists(home_ / "calls") ? read_file(home_ / "calls") : "";
  }

  const TemporaryDirectory home_;
};

inline int exit_code(std::optional<int> status) {
  return status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
}

struct Step {
  std::string question;
  std::string answer;
};

// Answers one question after the other; false where one did not come.
inline bool answer(PseudoTerminal& terminal, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (!terminal.shows(step.question)) return false;
    terminal.type(step.answer + "\n");
  }
  return true;
}

// A system on which systemd runs, and nothing of it can be harmed.
struct SystemOfItsOwn {
  SystemOfItsOwn() {
    enter_namespaces(CLONE_NEWNS);
    etc.emplace("/etc", 1 << 20);
    run.emplace("/run", 1 << 20);
    state.emplace("/var/lib/collector", 64 << 20);
    std::filesystem::create_directories("/run/systemd/system");
  }
  std::optional<SmallDisk> etc;
  std::optional<SmallDisk> run;
  std::optional<SmallDisk> state;
};

inline const std::vector<Step> plain{{"What to measure?", ""},
                                     {"Where to send it", ""},
                                     {"What starts the collector?", "none"},
                                     {"A page in the browser?", ""},
                                     {"Go ahead?", "y"}};

inline unsigned mode_of(const std::filesystem::path& file) {
  struct stat status{};
  return stat(file.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

}  // namespace collector::test
