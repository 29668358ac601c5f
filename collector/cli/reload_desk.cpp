#include "collector/cli/reload_desk.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace collector {

void ReloadDesk::wait(http::Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(reply), 0});
  }
  // The same way as every other request for one.
  kill(getpid(), SIGHUP);
}

void ReloadDesk::requested(std::uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  for (Waiting& each : waiting_)
    if (each.ticket == 0) each.ticket = ticket;
}

void ReloadDesk::verdict(std::uint64_t ticket, const std::vector<std::string>& problems) {
  std::vector<Waiting> done;
  {
    const std::lock_guard lock(mutex_);
    const auto settled = [&](const Waiting& each) { return each.ticket != 0 && each.ticket <= ticket; };
    const auto rest =
        std::ranges::stable_partition(waiting_, [&](const Waiting& each) { return !settled(each); });
    done.assign(std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
    waiting_.erase(rest.begin(), rest.end());
  }
  http::Response response{.status = 200, .body = "reloaded\n"};
  if (!problems.empty()) response = {.status = 422, .body = {}};
  for (const std::string& problem : problems)
    response.body += problem + "\n";
  for (const Waiting& each : done)
    each.reply(response);
}

}  // namespace collector
