// `collector document NAME`: prints one of the files that a package installs, made from the same tables as
// the program itself. Packages call it while they are built.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace collector {

struct Options;

// collector.1, collector.yaml.5, collector.bash, _collector, collector.yaml
std::vector<std::string> document_names();
std::optional<std::string> document(const std::string& name);  // nothing: there is none of that name

int document_command(const Options& options);

}  // namespace collector
