#include "collector/cli/usage_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "collector/cli/command_line.h"
#include "collector/history/time_words.h"
#include "config/suggest.h"

namespace collector {
namespace {

std::string see_help(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return fmt::format("try collector{} --help", parsed.empty() ? "" : " " + parsed.front()->get_name());
}

CommandDescription described(const std::string& name) {
  for (CommandDescription& command : describe_command_line())
    if (command.name == name) return std::move(command);
  return {};
}

const OptionDescription* option_named(const CommandDescription& command, std::string_view name) {
  const auto option = std::ranges::find_if(command.options, [&](const OptionDescription& each) {
    return std::ranges::find(each.names, name) != each.names.end();
  });
  return option == command.options.end() ? nullptr : &*option;
}

std::string quoted(const std::string& word) {
  return word.contains(' ') ? fmt::format("'{}'", word) : word;
}

bool is_time(const std::string& word) {
  return history::range_of(word, {}).has_value();
}

// What is meant by a word beside a time that was taken: `month 2026-10 2026-11`, `hours yesterday 14:00`.
std::string with_the_time(const std::string& time, const std::string& word) {
  for (const std::string& together : {word + " " + time, time + " " + word})
    if (is_time(together)) return quoted(together);
  return is_time(word) ? fmt::format("--from {} --to {}", quoted(time), quoted(word)) : "";
}

// Why a word is not the time that the command takes; empty: it does not look like one.
std::string wrong_time(const std::string& word) {
  const auto time = history::range_of(word, {});
  if (time) return "";
  const bool looks_like_one = word.front() >= '0' && word.front() <= '9';
  return looks_like_one || time.error().remedy.starts_with("did you mean") ? time.error().text() : "";
}

// What a word without an option is for: `export csv`, `today eth0`, `top dayz`. Empty: nothing here.
std::string option_for(const CommandDescription& command, const std::string& word) {
  for (const OptionDescription& option : command.options) {
    const std::vector<std::string_view> choices(option.choices.begin(), option.choices.end());
    const std::string_view near = option.names.empty() ? nearest(word, choices) : "";
    if (!near.empty()) return std::string(near);
  }
  if (command.name == "summary" && is_time(word)) return "collector month " + quoted(word);
  if (option_named(command, "--to") != nullptr && is_time(word))
    return fmt::format("--from {0} --to {0}", quoted(word));
  for (const OptionDescription& option : command.options)
    if (!option.names.empty() && std::ranges::find(option.choices, word) != option.choices.end())
      return option.names.front() + " " + word;
  return option_named(command, "--interface") != nullptr ? "--interface " + word : "";
}

// CLI11 only says that the word was not expected.
std::string unexpected_word(const CLI::App& app) {
  const std::vector<std::string> rest = app.remaining(true);
  const auto parsed = app.get_subcommands();
  const auto option =
      std::ranges::find_if(rest, [](const std::string& word) { return word.starts_with('-'); });
  const std::string& word = option != rest.end() ? *option : rest.front();
  std::vector<std::string> known;
  std::string what = "this word is not expected here";
  if (option != rest.end()) {
    what = "there is no such option";
    for (const CLI::App* each : {&app, parsed.empty() ? &app : static_cast<const CLI::App*>(parsed.front())})
      for (const CLI::Option* one : each->get_options())
        for (const std::string& name : one->get_lnames())
          known.push_back("--" + name);
  } else if (parsed.empty()) {
    what = "there is no such command";
    for (const CommandDescription& command : describe_command_line())
      known.push_back(command.name);
  }
  const CLI::Option* const time = parsed.empty() ? nullptr : parsed.front()->get_option_no_throw("TIME");
  const std::string taken = time == nullptr || time->empty() ? "" : time->as<std::string>();
  const bool may_be_time = option == rest.end() && time != nullptr && taken.empty();
  if (const std::string wrong = may_be_time ? wrong_time(word) : ""; !wrong.empty())
    return fmt::format("collector: {}{} {}\n", wrong, wrong.ends_with('?') ? " or" : ";", see_help(app));
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  std::string near;
  if (option == rest.end() && !taken.empty()) near = with_the_time(taken, word);
  if (near.empty())
    near = option == rest.end() && !parsed.empty() ? option_for(described(parsed.front()->get_name()), word)
                                                   : std::string(nearest(word, candidates));
  // It is right, and stands in the wrong place.
  if (near == word && option != rest.end() && !parsed.empty())
    return fmt::format("collector: {0}: write it behind {1}: collector {1} {0} …; {2}\n", word,
                       parsed.front()->get_name(), see_help(app));
  const CLI::Option* const before = parsed.empty() ? nullptr : parsed.front()->get_option_no_throw("WHAT");
  if (near == word && before != nullptr && !before->empty()) near += " " + quoted(before->as<std::string>());
  const std::string meant = near.empty() ? "" : fmt::format("did you mean {}? or ", near);
  return fmt::format("collector: {}: {}; {}{}\n", word, what, meant, see_help(app));
}

}  // namespace

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto is = [&](CLI::ExitCodes code) { return error.get_exit_code() == static_cast<int>(code); };
  if (is(CLI::ExitCodes::ExtrasError)) return unexpected_word(app);
  std::string what = error.what();
  // "--format: 1 required TEXT:{table,json,line} missing", in words.
  if (is(CLI::ExitCodes::ArgumentMismatch) && what.contains(" required "))
    what = what.substr(0, what.find(": ")) + ": its value is missing";
  // "--from is required"
  const auto parsed = app.get_subcommands();
  if (is(CLI::ExitCodes::RequiredError) && !parsed.empty()) {
    const CommandDescription command = described(parsed.front()->get_name());
    const OptionDescription* option = option_named(command, what.substr(0, what.find(' ')));
    if (option != nullptr && !option->choices.empty())
      what += fmt::format(": one of {}", fmt::join(option->choices, ", "));
  }
  return fmt::format("collector: {}{} {}\n", what, what.ends_with('?') ? " or" : ";", see_help(app));
}

}  // namespace collector
