// Where the status service listens, and by which names it is asked.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "collector/app/state_directory.h"
#include "collector/cli/status_service.h"
#include "collector/core/log.h"
#include "collector/http/host.h"

namespace collector {

std::string warning_about_listening(const std::string& listen) {
  if (listen.empty() || http::is_loopback(listen)) return {};
  return fmt::format(
      "status.listen: {} is reached from other machines: whoever can connect reads /status and /metrics; "
      "127.0.0.1 keeps them here",
      listen);
}

void StatusService::listen_as(const Configuration& configuration) {
  const std::lock_guard lock(names_mutex_);
  names_ = configuration.status_names;
  std::ranges::move(http::machine_names(), std::back_inserter(names_));
  names_.push_back(configuration.host);
  const std::string& listen = configuration.status_listen;
  if (listen == std::exchange(listen_, listen)) return;
  if (const std::string warning = warning_about_listening(listen); !warning.empty())
    log::warning("status", "{}", warning);
}

bool StatusService::is_own_host(std::string_view host) const {
  const std::lock_guard lock(names_mutex_);
  return http::is_own_host(host, names_);
}

// The group is let in at a socket of its own in the runtime directory, or, where there is none, at the one in
// the state directory.
std::vector<http::Endpoint> StatusService::endpoints_of(const Configuration& configuration) {
  const auto at = [](std::filesystem::path file) {
    return http::UnixSocket{.file = std::move(file),
                            .remedy =
                                "`collector status` and curl can't ask this collector until that is "
                                "corrected; everything else works"};
  };
  http::UnixSocket own = at(status_socket(configuration.state));
  std::vector<http::Endpoint> endpoints;
  const std::optional<std::uint32_t> group = configuration.status_group_id;
  if (!runtime_.empty()) {
    http::UnixSocket shared = at(status_socket(runtime_));
    shared.mode = 0666;  // who it is decides
    shared.group = group;
    if (group) endpoints.push_back(std::move(shared));
  } else if (!opened_ || group != *opened_) {
    const auto opened = open_to_group(configuration.state, group);
    if (!opened) log::warning("status", "{}", opened.error().text());
    opened_.reset();
    if (opened) opened_ = group;
  }
  if (runtime_.empty() && opened_ && group) {
    own.mode = 0660;
    own.group = group;
  }
  endpoints.push_back(std::move(own));
  if (!configuration.status_listen.empty())
    endpoints.push_back(http::TcpPort{configuration.status_listen, "status.listen"});
  return endpoints;
}

}  // namespace collector
