// `collector token`, `user` and `web`: who may look, and how to get in. Each returns the process's exit code.
#pragma once

#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "collector/cli/options.h"
#include "collector/core/error.h"
#include "config/configuration.h"

namespace collector {

int token_command(const Options& options, const Catalog& catalog, const Environment& environment);
int user_command(const Options& options, const Catalog& catalog, const Environment& environment);
int web_command(const Options& options, const Environment& environment);

// A new password: asked for twice on a terminal, without showing it; else the first line of standard input.
// Throws Cancelled.
Result<std::string> read_new_password(std::FILE* in, std::FILE* talk, const std::string& user);

// The state directory whose access.json is meant: --state, or the configuration's.
std::filesystem::path access_directory(const Options& options, const Environment& environment);
// Says it on stderr.
int report_access(const Error& error, int code);

// What to know after a change, on stderr: that nothing listens yet, or that nobody can sign in any more where
// other machines reach the page.
void remark_on_access(const Options& options, const Catalog& catalog, const Environment& environment);

// What `xdg-open` is given: a page of the user's own that leads to `url`, whose secret would else be among
// the arguments that everybody sees. Nothing: there is no directory for it.
std::optional<std::filesystem::path> write_way_in(const std::string& url, const Environment& environment);

}  // namespace collector
