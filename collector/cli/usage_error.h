// What is said of a command line that the parser refuses.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace collector {

// "collector: --onec: there is no such option; did you mean --once? or try collector --help", with a line
// end. `app` is the parser that threw `error`.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace collector
