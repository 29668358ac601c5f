// Where a person finds the page that a configuration serves. Pure.
#pragma once

#include <string>

#include "config/configuration.h"

namespace collector::web {

// "http://127.0.0.1:7373/"; empty: nothing serves it. Listening at all addresses, that is this machine's own;
// with TLS it is the first of `names`, which the certificate is for; behind a proxy that name is the proxy's.
std::string page_address(const Configuration& configuration);

}  // namespace collector::web
