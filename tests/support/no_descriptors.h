// For as long as it lives, this process can open nothing further; what is open stays so.
#pragma once

#include <sys/resource.h>

#include <cerrno>
#include <system_error>

namespace collector::test {

// The sanitizer of undefined behaviour, which is built in with that of addresses, opens a pipe to look at an
// exception, and takes what it can't look at for broken.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool exceptions_need_descriptors = true;
#else
inline constexpr bool exceptions_need_descriptors = false;
#endif

class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{0, before_.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &none) != 0)
      throw std::system_error(errno, std::generic_category(), "setrlimit");
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

}  // namespace collector::test
