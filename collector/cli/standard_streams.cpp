#include "collector/cli/standard_streams.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "collector/cli/exit_code.h"
#include "collector/core/terminal.h"

namespace collector {

void occupy_closed_standard_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // open() takes the lowest free number. The wrong direction: a sink that writes to stdout must notice.
    // Whoever closes stderr wants to hear nothing.
    const int opened = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_WRONLY);
    if (opened > descriptor) close(opened);
  }
}

int finish_output(int code) {
  return std::fflush(stdout) == 0 ? code : unwritten_output(code, errno);
}

int unwritten_output(int code, int error_number) {
  if (error_number == EPIPE) return code;
  say(stderr, "collector: standard output could not be written: {}\n", std::strerror(error_number));
  return exit_code::internal;
}

}  // namespace collector
