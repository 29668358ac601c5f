#include "collector/cli/exit_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace collector::exit_code {
namespace {

// "check --connect" of "check --connect, --once": one after the other.
std::string_view take_form(std::string_view& forms) {
  const std::string_view form = forms.substr(0, forms.find(", "));
  forms.remove_prefix(std::min(forms.size(), form.size() + 2));
  return form;
}

std::string_view command_of(std::string_view form) {
  return form.substr(0, form.find(' '));
}

// "`status`, `reload`"; of many forms the first three stand for all.
std::string marked(std::string_view forms) {
  std::string out;
  for (int shown = 0; !forms.empty(); ++shown) {
    if (shown == 3) return out + " …";
    out += fmt::format("{}`{}`", out.empty() ? "" : ", ", take_form(forms));
  }
  return out;
}

// What the meaning needs of this command, such as "--connect"; nothing: it is not for it.
std::optional<std::string_view> option_for(std::string_view command, std::string_view forms) {
  while (!forms.empty()) {
    const std::string_view form = take_form(forms);
    if (command_of(form) == command) return form.substr(std::min(form.size(), command.size() + 1));
  }
  return std::nullopt;
}

// The commands that tell how much has moved.
constexpr std::string_view history_commands =
    "today, month, year, yesterday, week, all, hours, days, months, years, top, periods, summary, export, "
    "report";
constexpr std::string_view history_commands_with_cap =
    "today --cap, month --cap, year --cap, yesterday --cap, week --cap, all --cap, hours --cap, days --cap, "
    "months --cap, years --cap, top --cap";

}  // namespace

std::span<const Meaning> meanings() {
  static constexpr std::array<Meaning, 26> all{{
      {done, "", "success"},
      {done, "--once", "everything due was delivered"},
      {degraded, "status", "degraded; the output says why"},
      {degraded, "web", "the page is not served; stderr says why"},
      {degraded, "status, reload, replay, live, web", "the running collector did not answer"},
      {cancelled, "setup, user", "ended before it changed anything"},
      {taken, "token, user", "the name is taken, or nobody's"},
      {newer, "version --check", "a newer version is there"},
      {over, history_commands_with_cap, "more has moved"},
      {partly, "import", "some lines or rows can't be true; the others were taken"},
      {not_running, "status, reload, live, web", "no collector is running"},
      {usage, "", "wrong usage"},
      {refused, "import", "no line or row can be true; nothing was taken"},
      {no_history, history_commands, "there is no history, or it can't be read"},
      {no_history, "import", "the file can't be read, or the history not written"},
      {internal, "", "internal error, or output could not be written"},
      {internal, "setup", "a service could not be started"},
      {resources, "", "no memory left, or no further thread could be started or file opened"},
      {state_directory, "", "the state directory can't be used"},
      {held, "", "another collector is using the state directory"},
      {not_reached, "--once",
       "the sample is kept, but a sink could not be reached; the next run delivers it"},
      {not_reached, "replay", "a sink could not be reached; the rows wait for it"},
      {not_reached, "check --connect", "a target would not accept rows"},
      {not_reached, "version --check", "the other version can't be told"},
      {rejected, "", "a sink refused rows, which are kept as dead letters (takes precedence over 75)"},
      {configuration, "", "the configuration has mistakes"},
  }};
  return all;
}

std::vector<int> all() {
  std::vector<int> codes;
  for (const Meaning& each : meanings())
    if (codes.empty() || codes.back() != each.code) codes.push_back(each.code);
  return codes;
}

std::string meaning_of(int code) {
  std::string out;
  bool with_forms = false;
  for (const Meaning& each : meanings()) {
    if (each.code != code) continue;
    if (!out.empty()) out += with_forms ? ". " : "; ";
    with_forms = !each.of.empty();
    out += with_forms ? fmt::format("{}: {}", marked(each.of), each.text) : std::string(each.text);
  }
  return out;
}

std::string meaning_to(std::string_view command, int code) {
  std::string out;
  for (const Meaning& each : meanings()) {
    const auto option = each.of.empty() ? std::optional(std::string_view()) : option_for(command, each.of);
    if (each.code != code || !option) continue;
    out += fmt::format("{}{}{}", out.empty() ? "" : "; ", option->empty() ? "" : fmt::format("{}: ", *option),
                       each.text);
  }
  return out;
}

}  // namespace collector::exit_code
