// Failures that say nothing about what was asked for: there was no descriptor or memory for it at that
// moment.
#pragma once

#include <cerrno>

namespace collector {

// `number` is an errno. What failed so may work the next time; it must not be taken for absent.
inline bool lacks_resources(int number) {
  return number == EMFILE || number == ENFILE || number == ENOMEM || number == ENOBUFS;
}

}  // namespace collector
