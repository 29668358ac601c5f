// Assets: the page's files as they lie in the program, plain and gzipped. collector/web/assets has them;
// assets/embed.cmake makes the source with their definitions.
#pragma once

#include <span>
#include <string_view>

namespace collector::web {

struct Asset {
  std::string_view path;    // below assets/: "js/app.js"
  std::string_view type;    // as Content-Type
  std::string_view tag;     // of the content; another content has another one
  std::string_view plain;   // itself
  std::string_view packed;  // gzipped
};

// By path.
std::span<const Asset> assets();

// Of all contents together: a part of the addresses that the page asks by, so that a browser may keep what it
// has for ever and asks again after an upgrade.
std::string_view assets_version();

}  // namespace collector::web
