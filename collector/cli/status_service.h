// StatusService: what the running collector answers over HTTP. On the Unix socket status.sock in the state
// directory, in the runtime directory for the group that may look, and on `status.listen` where that is
// configured.
//
//   GET  /status    everything, as JSON          GET /metrics  the same for Prometheus, and the machine's
//   latest
//                                                             readings; ?only=internal: without those
//   GET  /healthz   200 healthy, 503 degraded    GET /         what there is
//   GET  /configuration   what is in force, secrets masked; over a Unix socket only
//   GET  /live      what moves, one line of JSON for each reading (live/live_feed.h); over a Unix socket only
//   POST /replay[?sink=NAME[&to=OTHER|&remove=yes]]   feeds dead letters back, or removes them
//   POST /reload               reads the configuration again; answers when that is done
//   GET  /open-window          what is counted and not in the spool yet (history/open_window.h)
//   POST /web-code             the way to the page: a one-time code with the role of whoever asks, over a
//   Unix
//                              socket only
//   POST /history              a command that tells how much has moved (history/history_wire.h); both over a
//                              Unix socket only, and for the group too
//
// Whoever asks over a Unix socket is known by what the kernel says of the connection: root and this process's
// user may do everything, members of `status.group` may GET, nobody else gets an answer. Over TCP anybody may
// GET, who asks by an address or by this machine's name: a web page that has its own name lead here (DNS
// rebinding) gets nothing.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "collector/access/access.h"
#include "collector/app/assembly.h"
#include "collector/cli/history/history_desk.h"
#include "collector/cli/live/live_feed.h"
#include "collector/cli/reload_desk.h"
#include "collector/http/server.h"

namespace collector {

inline constexpr std::string_view status_socket_name = "status.sock";

// Where it answers, of the collector with this state directory.
std::filesystem::path status_socket(const std::filesystem::path& state);

// What to know of `status.listen` before it is used; empty: nothing, because only this machine reaches it.
std::string warning_about_listening(const std::string& listen);

class StatusService {
 public:
  // Starts it. The assembly, whose lock makes this the only one, outlives it, and so does `access`.
  // `runtime`: the directory of the service manager's, where everybody may enter; empty: there is none.
  StatusService(Assembly& assembly, const Catalog& catalog, Access& access, std::filesystem::path runtime);
  // Waits for a replay that is under way: destroyed after the spool was closed, or with the disk at work.
  ~StatusService();
  StatusService(const StatusService&) = delete;
  StatusService& operator=(const StatusService&) = delete;

  // Another configuration is in force. From any thread.
  void adopt(const Configuration& configuration);

  ReloadDesk& desk() { return desk_; }
  // What the web part has and this service has not is answered by this, over the Unix socket: as over
  // `web.listen`. From any thread.
  void hand_api_to(http::Handler api);
  // As POST /replay, for who may administer. From any server's thread.
  void replay(const http::Request& request, const http::Reply& reply);

 private:
  void answer(const http::Request& request, const http::Reply& reply);
  void open_window(const http::Reply& reply);
  http::Response web_code(http::Peer peer);
  struct Replay {
    std::string from;
    std::string to;
  };
  void work_on_dead_letters(std::function<http::Response()> work, const http::Reply& reply);
  http::Response feed_back(const std::vector<Replay>& replays);
  void listen_as(const Configuration& configuration);
  bool is_own_host(std::string_view host) const;
  // The answer to a request over TCP that does not ask this machine; nothing: it does.
  std::optional<http::Response> refuse_host(const http::Request& request) const;

  std::vector<http::Endpoint> endpoints_of(const Configuration& configuration);
  void remember(const Configuration& configuration);

  Assembly& assembly_;
  const Catalog& catalog_;
  Access& access_;
  const std::filesystem::path runtime_;
  // The group that the state directory lets through, or none; nothing: not seen to yet.
  std::optional<std::optional<std::uint32_t>> opened_;
  std::mutex mutex_;            // of what follows
  std::string in_force_;        // as `collector config` shows it
  std::atomic<bool> has_page_;  // the configuration in force wants one
  mutable std::mutex names_mutex_;
  std::vector<std::string> names_;  // of this machine
  std::string listen_;              // as last looked at
  ReloadDesk desk_;
  HistoryDesk histories_;
  LiveFeed live_;
  std::thread replaying_;  // of the server's thread, until stop()
  std::atomic<bool> busy_{false};
  http::Handler api_;  // of names_mutex_
  http::Server server_;
};

}  // namespace collector
