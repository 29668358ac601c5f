#include "collector/access/access_file.h"
#include "collector/cli/access/access_commands.h"
#include "collector/cli/exit_code.h"
#include "collector/core/terminal.h"
#include "config/environment.h"
#include "config/state_directory.h"
#include "config/web_check.h"

namespace collector {

std::filesystem::path access_directory(const Options& options, const Environment& environment) {
  if (options.state) return std::filesystem::absolute(*options.state);
  return state_directory_of(find_configuration(options.config_file, environment), environment);
}

int report_access(const Error& error, int code) {
  say(stderr, "collector: {}\n", error.text());
  return code;
}

void remark_on_access(const Options& options, const Catalog& catalog, const Environment& environment) {
  // Whether there is anybody is what has just changed, and a mistake elsewhere is for `check` to tell.
  Catalog without_access = catalog;
  without_access.may_anybody_sign_in = nullptr;
  const auto file = find_configuration(options.config_file, environment);
  const auto configuration = load_without_secrets(file, without_access, environment);
  if (!configuration || options.state) return;
  if (!configuration->web)
    return say(stderr,
               "collector: nothing listens yet: write `web: {{listen: 127.0.0.1:7373}}` into {}, then "
               "`collector reload`\n",
               file ? file->native() : "the configuration");
  const auto records = AccessFile(configuration->state).read();
  if (is_beyond_loopback(configuration->web->listen) && records && !may_anybody_read(*records))
    say(stderr,
        "collector: nobody can sign in any more, and {} is reached from other machines: the next start or "
        "reload is refused until there is a user or a token again, or another web.listen\n",
        configuration->web->listen);
}

}  // namespace collector
