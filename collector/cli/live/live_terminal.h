// LiveTerminal: the terminal that `live` draws on, in place: what stood above stays, and at the end it is as
// it was. While nobody looks the cursor stands at the first line of what is drawn, so that it stays with it
// when the window is resized. One at a time, on the main thread.
#pragma once

#include <termios.h>

#include <optional>
#include <string>
#include <vector>

#include "collector/core/descriptor.h"

namespace collector {

class LiveTerminal {
 public:
  // Draws on stdout; keys come from stdin where that is a terminal.
  LiveTerminal();
  ~LiveTerminal();  // leave()
  LiveTerminal(const LiveTerminal&) = delete;
  LiveTerminal& operator=(const LiveTerminal&) = delete;

  // Takes the terminal: what is typed is not shown, and read by the key.
  void enter();
  // Gives it back as it was, with nothing left of what was drawn; one that was stopped (Ctrl-S) goes on.
  // False: it takes nothing all the same or is gone, and what would be written now would wait for it.
  bool leave();
  // As SIGTSTP does, until somebody continues the process.
  void stop_until_continued();

  std::size_t rows() const;  // 24 where the terminal does not know
  bool has_keys() const { return before_.has_value(); }
  // What was typed since; without sequences of special keys. At the end of the terminal: gone().
  std::string keys();
  bool is_gone() const { return gone_; }

  // In place of the lines before. While the terminal takes nothing, only the latest waits: wait for
  // output() to become writable, and call write_on().
  void draw(const std::vector<std::string>& lines);
  void write_on();
  bool is_waiting() const { return written_ < frame_.size(); }
  int output() const;

 private:
  void send(std::string text);

  Descriptor own_;  // of the terminal: not waiting, which no other program that has it sees
  std::optional<termios> before_;
  bool entered_ = false;
  bool gone_ = false;
  std::string frame_;  // being written
  std::size_t written_ = 0;
  std::string next_;  // what comes after it
};

}  // namespace collector
