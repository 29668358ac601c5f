#include "collector/app/init_process.h"

#include <unistd.h>

#include <csignal>

namespace collector {

void reap_orphans_as_init() {
  if (getpid() == 1) std::signal(SIGCHLD, SIG_IGN);
}

}  // namespace collector
