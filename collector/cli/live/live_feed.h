// LiveFeed: `GET /live`, an answer that goes on: what moves through each network interface, one line of JSON
// for each reading, for as long as the client stays.
//
//   {"type":"hello","run":"…","host":"thinkpad","time":"…","clock_ms":…,"interval_ms":1000,"interfaces":[…]}
//   {"type":"tick","time":"…","ms":1002,"interfaces":[{"interface":"wlp3s0","received":4912331,"sent":177204}]}
//
// `hello` has every interface with its running sums since the collector's start: who comes again within one
// `run` misses nothing. A tick has those of which something is new: bytes since the line before it, over `ms`
// of the boot clock. A client is asked for no more than it takes; what it lets pass is in its next tick, so
// that nothing waits for it anywhere. An empty line, each ten seconds in which nothing is read, says that
// this goes on.
//
// The thread that writes lines is there while somebody listens.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "collector/app/traffic_board.h"
#include "collector/http/message.h"
#include "config/configuration.h"

namespace collector {

class LiveFeed {
 public:
  explicit LiveFeed(TrafficBoard& board);  // which outlives it
  ~LiveFeed();                             // the server is stopped, and still there
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  // From any thread: what `hello` says from now on.
  void adopt(const Configuration& configuration);
  // On the server's thread.
  http::Response open();
  // Ends every answer, and begins none. Safe twice.
  void end();

 private:
  struct Client {
    std::shared_ptr<const TrafficSums> told;  // what its last line was made from; null: it was not greeted
    http::TakePart waiting;                   // for the next line; empty: it has not taken the last one
  };
  void ask(Client& client, http::TakePart take);
  void follow(std::uint64_t publication);  // that was there before
  std::string line_for(Client& client) const;

  TrafficBoard& board_;
  const std::string run_;
  std::atomic<bool> ending_{false};
  std::mutex mutex_;  // of what follows
  std::string host_;
  Duration interval_{};  // zero: the interfaces are not measured
  std::shared_ptr<const TrafficSums> latest_;
  std::vector<std::weak_ptr<Client>> clients_;
  bool follows_ = false;
  std::thread thread_;
};

// The lines, each with its end. Pure.
std::string live_hello(const TrafficSums& traffic, const std::string& run, const std::string& host,
                       Duration interval);
std::string live_tick(const TrafficSums& before, const TrafficSums& now);

}  // namespace collector
