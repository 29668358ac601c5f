#include "sinks/system_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

namespace collector {

std::expected<SystemLibrary, SinkFailure> SystemLibrary::load(const char* file, const char* package) {
  void* handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr)
    return std::unexpected(SinkFailure{.what = fmt::format("{} can't be loaded: {}", file, dlerror()),
                                       .remedy = fmt::format("install it: apt-get install {}", package),
                                       .retry_after = std::nullopt,
                                       .hold = true});
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
