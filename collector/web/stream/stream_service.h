// StreamService: the present, to whoever watches (WebSocket, collector.v1). Each tick of the loop is looked
// at once and goes to all; a subscription whose client has not taken the one before is told of both in the
// next, and holds up no other. While nobody watches there is no thread at work and nothing is published.
//
//   loop ─► TrafficBoard, SnapshotBoard ─► follower ─► sockets' thread: LiveColumns of each subscription ─►
//   tick
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "collector/access/caller.h"
#include "collector/app/snapshot.h"
#include "collector/app/traffic_board.h"
#include "collector/http/message.h"
#include "collector/web/stream/stream_message.h"

namespace collector::web {

class StreamService {
 public:
  struct Surroundings {
    TrafficBoard& traffic;  // outlives it
    std::function<std::shared_ptr<const Snapshot>()> latest;
    std::function<StreamHead()> head;
    std::span<const MeasurementPtr> measurements;  // all that may be asked for; outlive it
    // Whether a Caller::credential still lets in: asked each second while somebody watches; null: always.
    std::function<bool(const std::string& credential)> is_valid = {};
  };
  // `most`: streams at once.
  StreamService(Surroundings surroundings, std::size_t most);
  ~StreamService();  // stop(); the server that hands connections over has ended
  StreamService(const StreamService&) = delete;
  StreamService& operator=(const StreamService&) = delete;

  // The answer to GET /api/v1/stream. On the server's thread.
  http::Response open(const http::Request& request, const Caller& caller);
  // Closes those that were opened with it: it was removed, or has expired. From any thread.
  void close_of(const std::string& credential);
  std::size_t count() const;
  // Says `bye` to all, and `why`, and waits a quarter of a second at most for them to close. Safe twice.
  void stop(std::string_view why = "the collector is ending");

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace collector::web
