// The step that the fast writers are made of.
#pragma once

#include <cstring>
#include <string_view>

namespace collector {

// Into memory that the caller has made large enough; returns where it stopped.
inline char* write_text(std::string_view text, char* at) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

}  // namespace collector
