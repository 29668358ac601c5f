// `collector reload`: has the running collector read its configuration again, and tells its verdict. And what
// goes before it in a service: handing it the secrets that it may not read itself.
#pragma once

#include "collector/cli/options.h"
#include "config/configuration.h"

namespace collector {

// Exit code 0: in force; 78: refused, the one of before stays in force; 3: nobody runs. As root, or as
// whoever may read more than the service, hands over the secrets first.
int reload_command(const Options& options, const Catalog& catalog, const Environment& environment);

// `collector secrets`, before the service starts, as root: leaves in $RUNTIME_DIRECTORY what it may not read.
// Exit code 0, or 73 when that can't be written.
int secrets_command(const Options& options, const Catalog& catalog, const Environment& environment);

}  // namespace collector
