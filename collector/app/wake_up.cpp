#include "collector/app/wake_up.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace collector {

WakeUp::WakeUp() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

WakeUp::~WakeUp() {
  close(descriptor_);
}

void WakeUp::signal() const {
  // Fails only when it is signalled already.
  (void)eventfd_write(descriptor_, 1);
}

void WakeUp::clear() const {
  eventfd_t count = 0;
  (void)eventfd_read(descriptor_, &count);
}

}  // namespace collector
