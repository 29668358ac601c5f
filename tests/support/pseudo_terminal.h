// A program on a terminal of the test's own, which types and reads what is on the screen.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace collector::test {

// Mounts pseudo-terminals where there are none, as in a bare tree. Call before any thread is started.
void provide_terminals();

// Both ends of a terminal on which nothing runs.
struct TerminalPair {
  explicit TerminalPair(unsigned short columns);
  ~TerminalPair();
  TerminalPair(const TerminalPair&) = delete;
  TerminalPair& operator=(const TerminalPair&) = delete;
  void resize(unsigned short columns) const;

  int screen = -1;   // the emulator's end
  int program = -1;  // the one that programs write to
};

class PseudoTerminal {
 public:
  // `environment` is added to the test's. A terminal of no columns does not know its width.
  explicit PseudoTerminal(const std::vector<std::string>& arguments,
                          const std::vector<std::pair<std::string, std::string>>& environment = {},
                          unsigned short columns = 0);
  ~PseudoTerminal();  // hangs up, kills and reaps it
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  pid_t pid() const { return pid_; }
  // Reads until the text is there, after what an earlier call has waited for. False: it ended, or half a
  // minute went by.
  bool shows(const std::string& text);
  void type(const std::string& text) const;   // "\x04" is Ctrl-D, "\x03" Ctrl-C
  void resize(unsigned short columns) const;  // tells the program (SIGWINCH)
  // Reads to its end; its status as waitpid gives it. Nothing: half a minute was not enough.
  std::optional<int> wait();
  // The terminal goes away, and what runs on it is told so; its status as wait() gives it.
  std::optional<int> hang_up();
  const std::string& screen() const { return screen_; }  // all that was read so far

 private:
  bool read_more();
  std::optional<int> await_end();

  int terminal_ = -1;
  pid_t pid_ = -1;
  bool reaped_ = false;
  std::string screen_;
  std::size_t seen_ = 0;
};

}  // namespace collector::test
