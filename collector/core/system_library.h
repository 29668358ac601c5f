// SystemLibrary: a shared library of the system that is mapped when it is first needed, and not before: a
// machine with local sinks only never maps libpq or libcurl, nor has to have them. The one place that maps
// any.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "collector/core/failure.h"

namespace collector {

class SystemLibrary {
 public:
  // Maps `file` ("libpq.so.5"; a second time is free). It stays until the process ends: libraries like these
  // leave threads and exit handlers behind. `package` is what to install when it is missing. From any thread.
  static std::expected<SystemLibrary, Failure> load(const char* file, const char* package);

  // Points `function` at the library's function of that name. The first one that is missing makes missing()
  // say so; asking for the others is harmless.
  template <typename Function>
  SystemLibrary& bind(Function*& function, const char* name) {
    function = reinterpret_cast<Function*>(find(name));
    return *this;
  }
  // Why the library can't be used, once everything is bound; empty: it can.
  const std::string& missing() const { return missing_; }

 private:
  SystemLibrary(void* handle, std::string file) : handle_(handle), file_(std::move(file)) {}
  void* find(const char* name);

  void* handle_;
  std::string file_;
  std::string missing_;
};

}  // namespace collector
