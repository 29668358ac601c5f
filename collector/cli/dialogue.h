// Questions on a terminal. Every question has an answer that plain Enter gives; the end of the input
// (Ctrl-D), `q` and a third answer in a row that can't be used call the whole thing off: nobody is asked for
// ever.
#pragma once

#include <cstdio>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/terminal.h"

namespace collector {

// Thrown by every question when the user has had enough, or gave three answers that could not be used.
struct Cancelled {
  std::string why = {};
};

struct Choice {
  std::string key;                     // what is typed, and returned
  std::string text;                    // what it means
  std::vector<std::string> also = {};  // other words for it
};

// What is asked for with an empty default; "[default]" is shown as `shown` where the default itself must not
// be.
struct Default {
  std::string answer;
  std::string shown = answer;
};

class Dialogue {
 public:
  // Reads lines from `in`, writes to `out`; both outlive it.
  Dialogue(std::FILE* in, std::FILE* out) : in_(in), out_(out) {}

  void say(const std::string& text, Style style = Style::plain) const;
  void head(const std::string& text) const;  // begins a part

  // `objection` says what is wrong with an answer, or nothing; asked again, twice at most.
  using Objection = std::function<std::string(const std::string&)>;
  std::string ask(const std::string& question, const Default& otherwise, const Objection& objection) const;
  // Nothing of the answer is shown, nor of the default.
  std::string ask_secret(const std::string& question, const std::string& otherwise,
                         const Objection& objection) const;
  std::string choose(const std::string& question, std::span<const Choice> choices,
                     const std::string& otherwise) const;
  bool confirm(const std::string& question, bool otherwise) const;

 private:
  std::string line() const;

  std::FILE* in_;
  std::FILE* out_;
};

// The key that the word means, in whatever case it is typed; empty: none.
std::string chosen(std::span<const Choice> choices, const std::string& word);

}  // namespace collector
