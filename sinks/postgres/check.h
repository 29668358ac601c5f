// What is wrong with a Postgres sink's settings, as far as it can be known without asking the server.
#pragma once

#include <vector>

#include "config/check.h"
#include "config/settings.h"

namespace collector::postgres_store {

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context);

}  // namespace collector::postgres_store
