// What can't be right in `web:` although each value is. Reads the TLS files.
#pragma once

#include <vector>

#include "config/check.h"

namespace collector {

// Must not throw; as ComponentType::check.
std::vector<SettingMistake> mistakes_in_web(const Settings& web, const CheckContext& context);

// "0.0.0.0:7373": more than this machine reaches it. False for what is no address.
bool is_beyond_loopback(const std::string& address_and_port);

}  // namespace collector
