#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "collector/access/access_file.h"
#include "collector/access/changes.h"
#include "collector/access/password.h"
#include "collector/app/state_directory.h"
#include "collector/cli/access/access_commands.h"
#include "collector/cli/dialogue.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/table.h"
#include "collector/core/terminal.h"
#include "collector/formats/json_text.h"
#include "collector/formats/rfc3339.h"

namespace collector {
namespace {

int list_users(const AccessRecords& records, bool json) {
  const auto day = [](WallTime time) { return format_rfc3339(time).substr(0, 10); };
  if (json) {
    std::string text = "[";
    for (const UserRecord& user : records.users)
      text += fmt::format(R"({}{{"name":{},"role":{},"created":{},"password_set":{}}})",
                          text.size() == 1 ? "\n  " : ",\n  ", json_string(user.name),
                          json_string(name_of(user.role)), json_string(format_rfc3339(user.created)),
                          json_string(format_rfc3339(user.password_set)));
    fmt::print("{}", data_on(stdout, text + (text.size() == 1 ? "]\n" : "\n]\n")));
    return exit_code::done;
  }
  if (records.users.empty()) {
    say(stderr, "collector: there are no users; collector user add NAME makes one\n");
    return exit_code::done;
  }
  Table table({{"user"}, {"role"}, {"created"}, {"password of"}});
  for (const UserRecord& user : records.users)
    table.add({user.name, std::string(name_of(user.role)), day(user.created), day(user.password_set)});
  fmt::print("{}", table.text(Terminal::of(STDOUT_FILENO)));
  return exit_code::done;
}

int with_password(const std::filesystem::path& state, const AccessOptions& given) {
  const bool adds = given.action == "add";
  const auto possible = adds ? may_add_user(state, given.name) : has_user(state, given.name);
  if (!possible) return report_access(possible.error(), exit_code::taken);
  const auto password = read_new_password(stdin, stderr, given.name);
  if (!password) return report_access(password.error(), exit_code::usage);
  const WallTime now = SystemClock().now().wall;
  const Role role = role_named(given.role).value_or(Role::viewer);
  const auto done = adds ? add_user(state, given.name, role, *password, now)
                         : set_password(state, given.name, *password, now);
  if (!done) return report_access(done.error(), exit_code::state_directory);
  if (adds)
    say(stderr, "collector: {} may sign in ({})\n", given.name,
        roles()[static_cast<std::size_t>(role)].sentence);
  else
    say(stderr, "collector: {} has another password, and is signed out everywhere\n", given.name);
  return exit_code::done;
}

}  // namespace

Result<std::string> read_new_password(std::FILE* in, std::FILE* talk, const std::string& user) {
  if (isatty(fileno(in)) != 0) {
    const Dialogue dialogue(in, talk);
    const std::string password =
        dialogue.ask_secret(fmt::format("A password for {}", user), "", [](const std::string& text) {
          const auto mistake = mistake_in_password(text);
          return mistake ? mistake->text() : std::string();
        });
    dialogue.ask_secret("The same again", "", [&](const std::string& text) {
      return text == password ? std::string() : std::string("that is another one");
    });
    return password;
  }
  std::string password;
  constexpr std::size_t far_too_long = 4096;
  for (int c = std::fgetc(in); c != EOF && c != '\n' && password.size() < far_too_long; c = std::fgetc(in))
    password += static_cast<char>(c);
  if (password.ends_with('\r')) password.pop_back();
  if (password.empty())
    return fail("there is no password on standard input", "type it there, as its first line");
  if (const auto mistake = mistake_in_password(password)) return std::unexpected(*mistake);
  return password;
}

int user_command(const Options& options, const Catalog& catalog, const Environment& environment) try {
  const AccessOptions& given = options.access;
  const auto state = access_directory(options, environment);
  const auto records = AccessFile(state).read();
  if (!records) return report_access(records.error().error, exit_code::state_directory);
  if (given.action == "list") return list_users(*records, options.json);
  int code = exit_code::done;
  if (given.action == "remove") {
    if (const auto known = has_user(state, given.name); !known)
      return report_access(known.error(), exit_code::taken);
    if (const auto removed = remove_user(state, given.name); !removed)
      return report_access(removed.error(), exit_code::state_directory);
    say(stderr, "collector: {} is removed, and signed out everywhere\n", given.name);
  } else {
    if (auto ready = prepare_state_directory(state); !ready)
      return report_access(ready.error(), exit_code::state_directory);
    code = with_password(state, given);
  }
  if (code == exit_code::done && given.action != "password") remark_on_access(options, catalog, environment);
  return code;
} catch (const Cancelled& cancelled) {
  say(stderr, "\ncollector: {}; nothing was changed\n", cancelled.why.empty() ? "ended" : cancelled.why);
  return exit_code::cancelled;
}

}  // namespace collector
