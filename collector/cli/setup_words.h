// What is typed to `collector setup`, read: samplers, targets with their settings, addresses. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collector/cli/setup_plan.h"
#include "config/configuration.h"

namespace collector {

// "everything", "network", or names with commas; what is wrong with it, or nothing. Empty: everything.
std::string read_samplers(const std::string& text, const Catalog& catalog,
                          std::vector<std::string>& samplers);
// "everything, network, or some of: cpu, disk, …"
std::string sampler_words(const Catalog& catalog);

// "json", "postgres=URL", "influx=URL,database=NAME,token=…"; sqlite is there anyway. What is wrong with it,
// or nothing. Never shows a part of a URL that holds a password.
std::string read_target(const std::string& text, std::vector<SetupTarget>& targets);

// What is wrong with an address for a sink of this type; empty: nothing that shows without trying it.
std::string wrong_url(const std::string& type, const std::string& url);
// An influx URL with user and password in front of the host, taken apart into the settings for them.
void take_login_out_of_url(SetupTarget& target);

// "${NAME}", "${file:PATH}": a secret that lies elsewhere.
bool is_reference(std::string_view text);
bool holds_secret(const std::string& url);
// For people: whose password is in it is not for their screen. Of a URL in which it can't be told for certain
// where the password ends, nothing is shown.
std::string shown_url(const std::string& type, const std::string& url);

}  // namespace collector
