// HistoryDesk: the running collector's answers to commands that tell how much has moved, for those who may
// ask it and may not read its file. One question at a time, on a thread that is there only while somebody
// asks, with the file opened for each; a few may wait, each is given up after a while. So whatever is asked
// here, status answers, and nobody who asks nothing pays for it.
//
//   POST /history ─► wait() ─► thread: words parsed ─► file, and the open window ─► history_text() ─► reply
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "collector/app/open_window_desk.h"
#include "collector/core/job_thread.h"
#include "collector/http/message.h"
#include "config/configuration.h"

namespace collector {

class HistoryDesk {
 public:
  // Which outlives the desk, and a thread of it that was left behind. `at_most`: for one answer.
  explicit HistoryDesk(OpenWindowDesk& open_window,
                       std::chrono::milliseconds at_most = std::chrono::seconds(10));
  ~HistoryDesk() { stop(); }
  HistoryDesk(const HistoryDesk&) = delete;
  HistoryDesk& operator=(const HistoryDesk&) = delete;

  // Another configuration is in force. From any thread.
  void adopt(const Configuration& configuration);
  // `request`: the body (history_wire.h). From the server's thread; at once, and answered later.
  void wait(std::string request, http::Reply reply);
  // Gives up what is under way; nobody is answered any more.
  void stop() { worker_.stop(); }

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the thread
  JobThread worker_;
};

}  // namespace collector
