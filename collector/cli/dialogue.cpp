#include "collector/cli/dialogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/cli/silent_input.h"
#include "config/suggest.h"

namespace collector {
namespace {

constexpr int most_wrong_answers = 3;

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return text;
}

}  // namespace

void Dialogue::say(const std::string& text, Style style) const {
  fmt::print(out_, "{}\n", shown_on(out_, text, style));
  std::fflush(out_);
}

void Dialogue::head(const std::string& text) const {
  say("\n" + text, Style::bold);
}

std::string Dialogue::line() const {
  std::string text;
  std::array<char, 1024> piece{};
  while (std::fgets(piece.data(), piece.size(), in_) != nullptr) {
    text += piece.data();
    if (!text.ends_with('\n')) continue;
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
    if (text == "q") throw Cancelled{};
    return text;
  }
  throw Cancelled{};
}

std::string Dialogue::ask(const std::string& question, const Default& otherwise,
                          const Objection& objection) const {
  for (int wrong_answers = 0; wrong_answers < most_wrong_answers;) {
    Terminal terminal = Terminal::of(fileno(out_));
    if (terminal.columns > 1) --terminal.columns;  // the space before the answer
    const std::string prompt =
        fmt::format("{}{}:", question, otherwise.shown.empty() ? "" : " [" + otherwise.shown + "]");
    fmt::print(out_, "{} ", terminal.fit(terminal.printable(prompt)));
    std::fflush(out_);
    std::string answer = line();
    if (answer.empty()) answer = otherwise.answer;
    const std::string wrong = objection(answer);
    if (wrong.empty()) return answer;
    say("  " + wrong, Style::warning);
    ++wrong_answers;
  }
  throw Cancelled{"three answers in a row could not be used"};
}

std::string Dialogue::ask_secret(const std::string& question, const std::string& otherwise,
                                 const Objection& objection) const {
  const SilentInput silent(fileno(in_));
  std::string answer =
      ask(question + " (not shown)", {otherwise, otherwise.empty() ? "" : "as before"}, objection);
  say("");  // the line's end was not shown either
  return answer;
}

std::string chosen(std::span<const Choice> choices, const std::string& word) {
  const std::string lower = in_lower_case(word);
  for (const Choice& choice : choices)
    if (lower == choice.key || std::ranges::find(choice.also, lower) != choice.also.end()) return choice.key;
  return {};
}

std::string Dialogue::choose(const std::string& question, std::span<const Choice> choices,
                             const std::string& otherwise) const {
  head(question);
  std::size_t width = 0;
  for (const Choice& choice : choices)
    width = std::max(width, choice.key.size());
  std::vector<std::string_view> keys;
  for (const Choice& choice : choices) {
    say(fmt::format("  {:<{}}  {}", choice.key, width, choice.text));
    keys.emplace_back(choice.key);
  }
  const std::string answer = ask("Your choice", {otherwise}, [&](const std::string& word) -> std::string {
    if (!chosen(choices, word).empty()) return {};
    const std::string_view near = nearest(in_lower_case(word), keys);
    return fmt::format("'{}' is not one of {}{}; q quits", word, joined(keys),
                       near.empty() ? "" : fmt::format("; did you mean {}?", near));
  });
  return chosen(choices, answer);
}

bool Dialogue::confirm(const std::string& question, bool otherwise) const {
  const std::array<Choice, 2> choices{{{"y", "", {"yes"}}, {"n", "", {"no"}}}};
  const std::string answer =
      ask(question + " (y/n)", {otherwise ? "y" : "n"}, [&](const std::string& text) -> std::string {
        return chosen(choices, text).empty() ? "answer y or n; q quits" : "";
      });
  return chosen(choices, answer) == "y";
}

}  // namespace collector
