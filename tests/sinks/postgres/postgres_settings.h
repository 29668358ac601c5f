// Settings of a Postgres sink with their defaults.
#pragma once

#include <string>

#include "config/settings.h"

namespace collector::test {

Settings postgres_settings(std::string url);

}  // namespace collector::test
