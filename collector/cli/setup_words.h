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

// How the kind of sink is offered; null: there is no such kind, or it is not offered.
const SetupOffer* offer_of(std::string_view type);
// All that may be set: the address, the questions, and those of each login.
std::vector<SetupQuestion> questions_of(const SetupOffer& offer);
// "postgres=URL", "json": what may be given for each kind that is offered.
std::vector<std::string> target_forms();

// "json", "postgres=URL", "influx=URL,database=NAME,token=…"; sqlite is there anyway. What is wrong with it,
// or nothing. Never shows a part of a URL that holds a password.
std::string read_target(const std::string& text, std::vector<SetupTarget>& targets);

// What is wrong with an address for a sink of this kind; empty: nothing that shows without trying it.
std::string wrong_url(const SetupOffer& offer, const std::string& url);
// Puts a login that is part of the address into the settings for it.
void take_login_out_of_url(const SetupOffer& offer, SetupTarget& target);

// "${NAME}", "${file:PATH}": a secret that lies elsewhere.
bool is_reference(std::string_view text);
bool holds_secret(const std::string& url);
// For people: whose password is in it is not for their screen. Of a URL in which it can't be told for certain
// where the password ends, nothing is shown.
std::string shown_url(const SetupTarget& target);

}  // namespace collector
