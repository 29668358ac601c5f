#include <algorithm>
#include <array>

#include "tests/conventions/rules.h"

namespace collector::test {
namespace {

struct Library {
  std::string_view header;  // a header, or a folder of headers
  std::array<std::string_view, 2> places;
};

constexpr std::array libraries{
    Library{"yaml-cpp/", {"config/", ""}},
    Library{"sqlite3.h", {"collector/sqlite/", ""}},
    Library{"simdjson.h", {"collector/formats/", ""}},
    Library{"zstd.h", {"sinks/json/", ""}},
    Library{"zlib.h", {"collector/formats/", ""}},
    Library{"spdlog/", {"collector/core/", ""}},
    Library{"CLI/", {"collector/cli/", "collector/main.cpp"}},
    Library{"libpq-fe.h", {"sinks/postgres/", ""}},
    Library{"curl/", {"collector/transport/", ""}},
    Library{"openssl/", {"collector/transport/", "collector/access/"}},
    Library{"boost/", {"collector/http/", ""}},
    Library{"crypt.h", {"collector/access/", ""}},
    Library{"cctz/", {"collector/history/", ""}},
    Library{"dlfcn.h", {"collector/core/", ""}},
};

// Folders of headers that everybody may use: fmt, the C library's and the kernel's.
constexpr std::array<std::string_view, 7> common{"fmt/", "sys/",     "linux/", "net/",
                                                 "asm/", "netinet/", "arpa/"};

std::string objection(std::string_view path, std::string_view header) {
  const auto library =
      std::ranges::find_if(libraries, [&](const Library& l) { return header.starts_with(l.header); });
  if (library != libraries.end()) {
    for (const std::string_view place : library->places)
      if (!place.empty() && path.starts_with(place)) return "";
    return "is known to " + std::string(library->places[0]) + " only";
  }
  if (header.find('/') == std::string_view::npos) return "";
  if (std::ranges::any_of(common, [&](std::string_view folder) { return header.starts_with(folder); }))
    return "";
  return "is of a library that the project does not use; add it to the table in "
         "tests/conventions/libraries.cpp";
}

}  // namespace

Violations check_libraries(const SourceTree& tree) {
  Violations violations;
  for (const auto& [path, text] : tree) {
    if (!is_product_source(path)) continue;
    for (const Include& include : includes_of(text)) {
      if (include.quoted) continue;
      const std::string why = objection(path, include.name);
      if (!why.empty())
        violations.push_back(path + ":" + std::to_string(include.line) + ": <" + include.name + "> " + why);
    }
    if (text.find("fmt::format_to") != std::string::npos)
      violations.push_back(path +
                           ": fmt::format_to compiles all of fmt's formatting into this file, which takes "
                           "seconds; append what fmt::format returns");
  }
  return violations;
}

}  // namespace collector::test
