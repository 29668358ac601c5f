// ReloadDesk: those who have asked for a reload over the socket, until its verdict. Any thread.
//
//   POST /reload ─► wait() ─► SIGHUP to this process ─► loop: requested(ticket) ─► verdict(ticket, …) ─►
//   reply
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "collector/http/message.h"

namespace collector {

class ReloadDesk {
 public:
  // Answers when the configuration has been read again: 200 with what is in force now, or 422 with the
  // problems.
  void wait(http::Reply reply);
  // The loop has asked for a load under this number: it begins after everything that waits now.
  void requested(std::uint64_t ticket);
  // What came of the load with this number, and so of all before. No problems: it is in force.
  void verdict(std::uint64_t ticket, const std::vector<std::string>& problems);

 private:
  struct Waiting {
    http::Reply reply;
    std::uint64_t ticket;  // 0: none yet
  };
  std::mutex mutex_;
  std::vector<Waiting> waiting_;
};

}  // namespace collector
