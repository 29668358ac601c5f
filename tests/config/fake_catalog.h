// A small catalogue with every type of setting, so that these tests need no real sampler or sink.
#pragma once

#include <map>
#include <string>

#include "config/configuration.h"

namespace collector::test {

const Catalog& fake_catalog();

// The machine "box" of the user "ann", with these variables beside HOME.
Environment fake_environment(std::map<std::string, std::string> variables = {});

// All problems, one per line; "" when there are none.
std::string problems_text(const Checked<Configuration>& checked);

// Parses "c.yaml" with the fake catalogue and environment.
Checked<Configuration> parse_fake(std::string_view yaml, std::map<std::string, std::string> variables = {});

}  // namespace collector::test
