// Which time zone this machine is in, as its files say: /etc/localtime, a link to a zone's rules or a copy of
// them, and beside a copy /etc/timezone. Any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace collector::history {

// Where the link leads that names the machine's zone: "…/zoneinfo/Europe/Berlin". Nothing: it is no such
// link.
std::optional<std::string> linked_zone_name();

// The name of the zone in `database` (/usr/share/zoneinfo) that /etc/localtime is a copy of, as containers
// and small systems have it. Of several zones with the same rules the one that /etc/timezone names, else the
// first that zone1970.tab lists. Nothing: none has these rules. Reads up to 400 small files.
std::optional<std::string> copied_zone_name(const std::filesystem::path& database);

// Another text when the machine may have got another zone since: a laptop that travels. Looks at TZ and
// /etc/localtime, at no rules.
std::string machine_zone_sign();

}  // namespace collector::history
