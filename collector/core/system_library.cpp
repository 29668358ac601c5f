#include "collector/core/system_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace collector {

std::expected<SystemLibrary, Failure> SystemLibrary::load(const char* file, const char* package) {
  void* handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const std::string why = dlerror();
    // Without memory or descriptors for it, it is not missing.
    const bool missing = why.find(std::strerror(ENOENT)) != std::string::npos;
    return std::unexpected(Failure{.error = {fmt::format("{} can't be loaded: {}", file, why),
                                             missing ? fmt::format("install it: apt-get install {}", package)
                                                     : "the collector tries again"},
                                   .lasting = missing});
  }
  return SystemLibrary(handle, file);
}

void* SystemLibrary::find(const char* name) {
  void* function = dlsym(handle_, name);
  if (function == nullptr && missing_.empty())
    missing_ =
        fmt::format("{} has no function {}: it is too old, or another library of that name", file_, name);
  return function;
}

}  // namespace collector
