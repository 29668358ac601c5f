// Reloader: reads the configuration again when it or a secret file of it has changed, or when told to, and
// hands what came of it to the loop. Has a thread of its own: a file on a file system that hangs holds nobody
// up.
//
//   file watch ─► a moment of quiet ─► load and check ─► outcome ─► descriptor() readable ─► loop: take()
//   SIGHUP ─► request() ───────────────────┘
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "collector/core/detachable_thread.h"
#include "config/configuration.h"
#include "config/environment.h"

namespace collector {

struct ReloadOutcome {
  Checked<Configuration> configuration;
  bool requested = false;    // by request(); else because a file changed
  std::uint64_t ticket = 0;  // of the last request() that it answers
};

class Reloader {
 public:
  using Load = std::function<FoundConfiguration()>;
  struct Pauses {
    // A save is often several changes: loaded when it was quiet for `quiet`, at the latest `longest` after
    // the first one.
    Duration quiet = std::chrono::milliseconds(250);
    Duration longest = std::chrono::seconds(2);
    Duration look = std::chrono::seconds(10);  // how often where files can't be watched
  };

  // Starts the thread, which loads once: what has changed since `in_force` was read is an outcome too. `load`
  // is called by the thread only, and owns what it needs.
  Reloader(Load load, Configuration in_force);
  Reloader(Load load, Configuration in_force, Pauses pauses);
  ~Reloader();  // stop() with a moment for what is under way
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  // From any thread: load now, and tell whatever comes of it. Of several requests while one is under way, one
  // more is carried out. Returns its number, from 1: outcomes with this ticket or a higher one answer it.
  std::uint64_t request();

  int descriptor() const { return ready_; }  // readable when take() has something
  std::optional<ReloadOutcome> take();       // the newest

  void ask_to_stop();
  // Asks, and waits. False: the thread hangs in a file system and is left behind.
  bool stop(Duration at_most);

 private:
  struct State;
  class Loader;

  int ready_;
  std::shared_ptr<State> state_;  // shared with the thread
  DetachableThread thread_;
};

}  // namespace collector
