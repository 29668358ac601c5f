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
  if (std::fflush(stdout) != 0) return unwritten_output(code, errno);
  // What was too long to be kept back has failed earlier, and is not in the buffer any more.
  return std::ferror(stdout) == 0 ? code : unwritten_output(code, EIO);
}

int unwritten_output(int code, int error_number) {
  if (error_number == EPIPE) return code;
  if (error_number == EBADF) {
    say(stderr,
        "collector: standard output is closed; leave it open, or send it to /dev/null (>/dev/null)\n");
    return exit_code::internal;
  }
  say(stderr, "collector: standard output could not be written: {}\n", std::strerror(error_number));
  return exit_code::internal;
}

}  // namespace collector
