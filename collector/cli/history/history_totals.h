// How much has moved today and this month (or billing period), beside what a command is for: `status`,
// `--once`, and a collector that starts on a terminal. Where there is no history there is nothing to say.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collector/cli/options.h"
#include "collector/formats/json_reader.h"
#include "config/configuration.h"

namespace collector {

// What a command that asks the history prints; nothing: it can't be had, or not at once.
using AskWords = std::function<std::optional<std::string>(std::vector<std::string> words)>;
AskWords ask_file_of(const Configuration& configuration);
// As history_access has it: the file, else the running collector.
AskWords ask_as_user(const Options& options, const Catalog& catalog, const Environment& environment);

// {"today":{"from":…,"to":…,"received":…,"sent":…,"total":…},"month":{…}}, times as RFC 3339, bytes.
std::optional<std::string> totals_json(const AskWords& ask);
// "21.5 GB today, 924 GB this month"; "… since 14 Nov" where that is when the billing period began. Of what
// totals_json() says; empty: nothing.
std::string totals_text(const JsonValue& totals);
// Both.
std::optional<std::string> totals_line(const AskWords& ask);

}  // namespace collector
