// OutputQueue: what a process says on a descriptor, in order, by any thread. At first write() waits until all
// is written. After begin_queueing() it never waits again: a thread of the queue's own writes, and when
// nobody reads, the oldest lines are lost, counted, and the loss is said in their place once somebody reads.
//
// Nobody can wait for that thread to end: it may be in a write that never returns. It is left behind, and
// shares what it works on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "collector/core/time.h"

namespace collector {

class OutputQueue {
 public:
  // The line, with its end, that tells of so many lost lines; `error` is the errno of writing, 0 where nobody
  // read. Called by the queue's thread.
  using LossText = std::function<std::string(std::uint64_t lines, int error)>;

  // The descriptor stays open for as long as the process lives.
  OutputQueue(int descriptor, std::size_t bytes, LossText loss_text);
  ~OutputQueue();
  OutputQueue(const OutputQueue&) = delete;
  OutputQueue& operator=(const OutputQueue&) = delete;

  void write(std::string_view text);  // whole lines
  void begin_queueing();
  // Waits until all is written, at most so long; whether it is.
  bool flush(Duration at_most);

  struct Figures {
    std::uint64_t lost = 0;    // lines, so far
    std::uint64_t unsaid = 0;  // of these, that no line has told of yet
    std::uint64_t waiting = 0;
    int error = 0;         // errno of the last write; 0: it went well
    bool hung_up = false;  // it was a terminal, and that is gone for good: nobody is left who could read
    Duration stalled{};    // the write that is under way has taken so long
  };
  Figures figures() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// The queue of this process's stderr. Never destroyed: other threads may still write when the process ends.
// Defined in log.cpp, which makes the line about lost ones.
OutputQueue& standard_error();

// What a process that ends gives whoever reads its stderr for the last lines.
constexpr Duration last_lines_timeout = std::chrono::seconds(2);

}  // namespace collector
