#include "collector/cli/silent_input.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace collector {
namespace {

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// For the handler, which gets no argument of ours.
int silent_descriptor = -1;
termios shown_settings{};

void restore_and_end(int signal_number) {
  tcsetattr(silent_descriptor, TCSANOW, &shown_settings);
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

}  // namespace

SilentInput::SilentInput(int descriptor) {
  if (tcgetattr(descriptor, &shown_settings) != 0) return;
  silent_descriptor = descriptor;
  for (const int each : ending_signals)
    signal(each, restore_and_end);
  termios silent = shown_settings;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  silent_ = tcsetattr(descriptor, TCSAFLUSH, &silent) == 0;
}

SilentInput::~SilentInput() {
  if (silent_) tcsetattr(silent_descriptor, TCSANOW, &shown_settings);
  if (silent_descriptor < 0) return;
  for (const int each : ending_signals)
    signal(each, SIG_DFL);
  silent_descriptor = -1;
}

}  // namespace collector
