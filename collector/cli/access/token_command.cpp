#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "collector/access/access_file.h"
#include "collector/access/changes.h"
#include "collector/app/state_directory.h"
#include "collector/cli/access/access_commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/running_collector.h"
#include "collector/cli/table.h"
#include "collector/core/terminal.h"
#include "collector/formats/json_reader.h"
#include "collector/formats/json_text.h"
#include "collector/formats/rfc3339.h"

namespace collector {
namespace {

// "2026-11-30 16:00", in UTC as in --json.
std::string shown_time(const std::optional<WallTime>& time, std::string_view otherwise) {
  if (!time) return std::string(otherwise);
  std::string text = format_rfc3339(std::chrono::floor<std::chrono::minutes>(*time)).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string limits_of(const TokenRecord& token) {
  std::string text = token.tenant.empty() ? "" : "tenant " + token.tenant;
  for (const std::string& host : token.hosts)
    text += (text.empty() ? "host " : ", host ") + host;
  return text;
}

std::string json_time(const std::optional<WallTime>& time) {
  return time ? json_string(format_rfc3339(*time)) : "null";
}

// The file is told of uses once an hour; a running collector knows better.
void take_uses(std::vector<TokenRecord>& tokens, const Options& options, const Environment& environment) {
  constexpr Duration timeout = std::chrono::seconds(2);
  const RunningAnswer answer = ask_running(options, environment, "GET", "/api/v1/tokens", timeout);
  if (!answer.response || answer.response->status != 200) return;
  const auto object = read_json_object(answer.response->body);
  const JsonValue* all = object ? object->member("tokens") : nullptr;
  if (all == nullptr) return;
  for (const JsonValue& known : all->items)
    for (TokenRecord& token : tokens) {
      const JsonValue* id = known.member("id");
      const JsonValue* used = known.member("used");
      if (id == nullptr || used == nullptr || id->text != token.id) continue;
      if (used->type == JsonValue::Type::integer) token.used = WallTime(std::chrono::seconds(used->integer));
    }
}

int list_tokens(const AccessRecords& records, bool json) {
  const WallTime now = SystemClock().now().wall;
  if (json) {
    std::string text = "[";
    for (const TokenRecord& token : records.tokens)
      text += fmt::format(
          R"({}{{"name":{},"id":{},"role":{},"tenant":{},"hosts":{},"created":{},"expires":{},"expired":{},"used":{}}})",
          text.size() == 1 ? "\n  " : ",\n  ", json_string(token.name), json_string(token.id),
          json_string(name_of(token.role)), token.tenant.empty() ? "null" : json_string(token.tenant),
          json_strings(token.hosts), json_time(token.created), json_time(token.expires),
          token.has_expired(now), json_time(token.used));
    fmt::print("{}", data_on(stdout, text + (text.size() == 1 ? "]\n" : "\n]\n")));
    return exit_code::done;
  }
  if (records.tokens.empty()) {
    say(stderr, "collector: there are no tokens; collector token add NAME makes one\n");
    return exit_code::done;
  }
  Table table({{"token"}, {"role"}, {"created"}, {"expires"}, {"last used"}, {"only for"}});
  for (const TokenRecord& token : records.tokens)
    table.add({token.name, std::string(name_of(token.role)), shown_time(token.created, ""),
               token.has_expired(now) ? "expired" : shown_time(token.expires, "never"),
               shown_time(token.used, "never"), limits_of(token)},
              token.has_expired(now) ? Style::dim : Style::plain);
  fmt::print("{}", table.text(Terminal::of(STDOUT_FILENO)));
  return exit_code::done;
}

int make_token(const std::filesystem::path& state, const AccessOptions& given) {
  if (auto ready = prepare_state_directory(state); !ready)
    return report_access(ready.error(), exit_code::state_directory);
  if (const auto free = may_add_token(state, given.name); !free)
    return report_access(free.error(), exit_code::taken);
  const NewToken wanted{.name = given.name,
                        .role = role_named(given.role).value_or(Role::viewer),
                        .tenant = given.tenant,
                        .hosts = given.hosts,
                        .lasts = given.lasts};
  if (const auto good = check_token(wanted); !good) return report_access(good.error(), exit_code::usage);
  const auto made = add_token(state, wanted, SystemClock().now().wall);
  if (!made) return report_access(made.error(), exit_code::state_directory);
  say(stderr,
      "collector: a token for {} ({}), which is shown only now; it goes into a header:\n"
      "  Authorization: Bearer TOKEN\n",
      given.name, roles()[static_cast<std::size_t>(wanted.role)].sentence);
  fmt::print("{}\n", made->text);
  return exit_code::done;
}

}  // namespace

int token_command(const Options& options, const Catalog& catalog, const Environment& environment) {
  const AccessOptions& given = options.access;
  const auto state = access_directory(options, environment);
  auto records = AccessFile(state).read();
  if (!records) return report_access(records.error().error, exit_code::state_directory);
  if (given.action == "list") {
    take_uses(records->tokens, options, environment);
    return list_tokens(*records, options.json);
  }
  int code = exit_code::done;
  if (given.action == "add") {
    code = make_token(state, given);
  } else {
    if (const auto known = has_token(state, given.name); !known)
      return report_access(known.error(), exit_code::taken);
    if (const auto removed = remove_token(state, given.name); !removed)
      return report_access(removed.error(), exit_code::state_directory);
    say(stderr, "collector: the token {} is removed; a running collector does not take it any more\n",
        given.name);
  }
  if (code == exit_code::done) remark_on_access(options, catalog, environment);
  return code;
}

}  // namespace collector
