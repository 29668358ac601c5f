// Questions on a terminal. Every question has an answer that plain Enter gives; the end of the input (Ctrl-D)
// and `q` call the whole thing off.
#pragma once

#include <cstdio>
#include <functional>
#include <span>
#include <string>

#include "collector/core/terminal.h"

namespace collector {

// Thrown by every question when the user has had enough.
struct Cancelled {};

struct Choice {
  std::string key;   // what is typed, and returned
  std::string text;  // what it means
};

class Dialogue {
 public:
  // Reads lines from `in`, writes to `out`; both outlive it.
  Dialogue(std::FILE* in, std::FILE* out) : in_(in), out_(out) {}

  void say(const std::string& text, Style style = Style::plain) const;
  void head(const std::string& text) const;  // begins a part

  // `objection` says what is wrong with an answer, or nothing; asked again until it is right.
  std::string ask(const std::string& question, const std::string& otherwise,
                  const std::function<std::string(const std::string&)>& objection) const;
  std::string choose(const std::string& question, std::span<const Choice> choices,
                     const std::string& otherwise) const;
  bool confirm(const std::string& question, bool otherwise) const;

 private:
  std::string line() const;

  std::FILE* in_;
  std::FILE* out_;
};

}  // namespace collector
