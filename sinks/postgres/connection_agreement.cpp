#include "sinks/postgres/connection_keywords.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace collector::postgres_store {
namespace {

// The place of a version among those there are; `otherwise` where none is given.
std::size_t rank(const ConnectionWords& words, std::string_view keyword,
                 std::span<const std::string_view> versions, std::size_t otherwise) {
  const std::string value = word(words, keyword);
  if (value.empty()) return otherwise;
  return static_cast<std::size_t>(std::ranges::find(versions, value) - versions.begin());
}

}  // namespace

std::vector<Error> mistakes_in_encryption(const ConnectionWords& words) {
  std::vector<Error> mistakes;
  const std::string mode = word(words, "sslmode");
  const bool checks_name = mode.empty() || mode == "verify-full";
  if (word(words, "sslrootcert") == "system" && !checks_name)
    mistakes.push_back({"sslrootcert=system needs sslmode=verify-full", "write sslmode=verify-full"});
  if (word(words, "sslnegotiation") == "direct" && mode != "require" && !mode.starts_with("verify-"))
    mistakes.push_back(
        {"sslnegotiation=direct needs an sslmode that insists on encryption", "write sslmode=verify-full"});
  if (rank(words, "ssl_min_protocol_version", tls_versions, 0) >
      rank(words, "ssl_max_protocol_version", tls_versions, tls_versions.size()))
    mistakes.push_back({"ssl_min_protocol_version is above ssl_max_protocol_version", "swap them"});
  if (rank(words, "min_protocol_version", protocols, 0) >
      rank(words, "max_protocol_version", protocols, protocols.size()))
    mistakes.push_back({"min_protocol_version is above max_protocol_version", "swap them"});
  return mistakes;
}

std::vector<Error> mistakes_in_hosts(const ConnectionWords& words) {
  std::vector<Error> mistakes;
  const auto count = [&](std::string_view keyword) {
    const std::string value = word(words, keyword);
    return value.empty() ? 0 : comma_list(value).size();
  };
  const auto hosts = count("host");
  const auto addresses = count("hostaddr");
  const auto ports = count("port");
  if (hosts != 0 && addresses != 0 && hosts != addresses)
    mistakes.push_back({fmt::format("there are {} hosts, but {} addresses in hostaddr", hosts, addresses),
                        "give one address for each host"});
  const auto places = std::max<std::size_t>({hosts, addresses, 1});
  if (ports > 1 && ports != places)
    mistakes.push_back({fmt::format("there are {} ports, but {} hosts", ports, places),
                        "give one port for each host, or one for all"});
  return mistakes;
}

}  // namespace collector::postgres_store
