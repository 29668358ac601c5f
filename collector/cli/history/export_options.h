// What can be typed for export and report, beside what every command takes that asks the history. Plain
// values.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace collector {

struct ExportOptions {
  std::string format;                           // empty: by the file's name, else csv; report: html
  std::optional<std::filesystem::path> output;  // -o; nothing and "-": stdout
  std::vector<std::string> by;                  // a length of time; interface, host or total
  std::string measurement = "net";              // export
  int year = 0;                                 // report
};

}  // namespace collector
