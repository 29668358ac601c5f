#include "collector/cli/dialogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace collector {

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

std::string Dialogue::ask(const std::string& question, const std::string& otherwise,
                          const std::function<std::string(const std::string&)>& objection) const {
  while (true) {
    Terminal terminal = Terminal::of(fileno(out_));
    if (terminal.columns > 1) --terminal.columns;  // the space before the answer
    const std::string prompt =
        fmt::format("{}{}:", question, otherwise.empty() ? "" : " [" + otherwise + "]");
    fmt::print(out_, "{} ", terminal.fit(terminal.printable(prompt)));
    std::fflush(out_);
    std::string answer = line();
    if (answer.empty()) answer = otherwise;
    const std::string wrong = objection(answer);
    if (wrong.empty()) return answer;
    say("  " + wrong, Style::warning);
  }
}

std::string Dialogue::choose(const std::string& question, std::span<const Choice> choices,
                             const std::string& otherwise) const {
  head(question);
  std::size_t width = 0;
  for (const Choice& choice : choices)
    width = std::max(width, choice.key.size());
  std::string keys;
  for (const Choice& choice : choices) {
    say(fmt::format("  {:<{}}  {}", choice.key, width, choice.text));
    keys += (keys.empty() ? "" : ", ") + choice.key;
  }
  return ask("Your choice", otherwise, [&](const std::string& answer) -> std::string {
    if (std::ranges::find(choices, answer, &Choice::key) != choices.end()) return {};
    return fmt::format("'{}' is none of {}; q ends this", answer, keys);
  });
}

bool Dialogue::confirm(const std::string& question, bool otherwise) const {
  const std::string answer = ask(question + " (y/n)", otherwise ? "y" : "n", [](const std::string& text) {
    return text == "y" || text == "n" || text == "yes" || text == "no" ? "" : "y or n; q ends this";
  });
  return answer.starts_with('y');
}

}  // namespace collector
