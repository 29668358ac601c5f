// StatusService: what the running collector answers over HTTP. On the Unix socket status.sock in the state
// directory, which only its owner can open, and on `status.listen` where that is configured.
//
//   GET  /status    everything, as JSON          GET /metrics  the same for Prometheus
//   GET  /healthz   200 healthy, 503 degraded    GET /         what there is
//   POST /replay[?sink=NAME]   feeds dead letters back; over the Unix socket only
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "collector/app/assembly.h"
#include "collector/http/server.h"

namespace collector {

// Where it answers, of the collector with this state directory.
std::filesystem::path status_socket(const std::filesystem::path& state);

class StatusService {
 public:
  // Starts it. The assembly, whose lock makes this the only one, outlives it.
  explicit StatusService(Assembly& assembly);
  // Waits for a replay that is under way: destroyed after the spool was closed, or with the disk at work.
  ~StatusService();
  StatusService(const StatusService&) = delete;
  StatusService& operator=(const StatusService&) = delete;

  // Another configuration is in force. From any thread.
  void adopt(const Configuration& configuration);

 private:
  void answer(const http::Request& request, const http::Reply& reply);
  void replay(const http::Request& request, const http::Reply& reply);
  http::Response feed_back(const std::vector<std::string>& sinks);

  Assembly& assembly_;
  std::thread replaying_;  // of the server's thread, until stop()
  std::atomic<bool> busy_{false};
  http::Server server_;
};

}  // namespace collector
