#include "sinks/json/stdout_sink.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>

#include "sinks/json/directory.h"

namespace collector::json_files {
namespace {

constexpr std::size_t pipe_write_size = 64UL * 1024;

// A closed pipe is told by EPIPE, not by a signal that ends the process, for as long as this lives.
class WithoutBrokenPipeSignal {
 public:
  WithoutBrokenPipeSignal() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~WithoutBrokenPipeSignal() {
    constexpr timespec at_once{};
    if (sigismember(&before_, SIGPIPE) == 0) sigtimedwait(&signal_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutBrokenPipeSignal(const WithoutBrokenPipeSignal&) = delete;
  WithoutBrokenPipeSignal& operator=(const WithoutBrokenPipeSignal&) = delete;

 private:
  sigset_t signal_{};
  sigset_t before_{};
};

std::unexpected<SinkFailure> failed(int error) {
  SinkFailure failure = failure_of(error, "can't write to standard output");
  if (error == EPIPE) {
    failure.what = "the program that reads standard output has ended";
    failure.remedy = "start the collector and its reader again; the rows wait in the spool";
    failure.hold = true;
  }
  if (error == EBADF) {
    failure.what = "standard output is closed";
    failure.remedy =
        "start the collector with its standard output open, or let the sink write to a directory; the rows "
        "wait in the spool";
    failure.hold = true;
  }
  return std::unexpected(std::move(failure));
}

std::unexpected<SinkFailure> reader_too_slow() {
  SinkFailure failure;
  failure.what = "the program that reads standard output does not read";
  failure.remedy = "look at that program; the rows wait in the spool";
  return std::unexpected(std::move(failure));
}

}  // namespace

std::expected<OpenedSink, SinkFailure> StdoutSink::open(const OpenRequest&) {
  struct stat status{};
  if (fstat(descriptor_, &status) != 0) return failed(errno);
  return OpenedSink{};
}

std::expected<Written, SinkFailure> StdoutSink::write(std::span<const BatchPtr> batches) {
  const WithoutBrokenPipeSignal guard;
  // First the rest of a line that an earlier failure has cut in two.
  if (auto drained = drain(); !drained) return std::unexpected(drained.error());
  for (const BatchPtr& batch : batches) {
    writer_.begin(*batch);
    for (const Row& row : batch->rows) {
      writer_.append(row, buffer_);
      if (buffer_.size() < pipe_write_size) continue;
      if (auto drained = drain(); !drained) return std::unexpected(drained.error());
    }
  }
  if (auto drained = drain(); !drained) return std::unexpected(drained.error());
  return Written{};
}

// Writes all of buffer_. On failure keeps the rest of the line that was begun, and drops the lines behind it:
// those come again.
std::expected<void, SinkFailure> StdoutSink::drain() {
  std::size_t done = 0;
  const auto keep_begun_line = [this, &done] {
    const bool begun = done > 0 ? buffer_[done - 1] != '\n' : line_begun_;
    const std::size_t end = begun ? buffer_.find('\n', done) + 1 : done;
    buffer_.assign(buffer_, done, end - done);
    line_begun_ = begun;
  };
  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(timeout_).count();
  while (done < buffer_.size()) {
    pollfd ready{descriptor_, POLLOUT, 0};
    const int count = poll(&ready, 1, static_cast<int>(timeout));
    if (count == 0) {
      keep_begun_line();
      return reader_too_slow();
    }
    // A pipe that is ready has room for PIPE_BUF bytes: a write of that size never waits.
    const std::size_t size = std::min<std::size_t>(buffer_.size() - done, PIPE_BUF);
    const ssize_t written = count < 0 ? -1 : ::write(descriptor_, buffer_.data() + done, size);
    if (written >= 0) {
      done += static_cast<std::size_t>(written);
      continue;
    }
    const int error = errno;
    if (error == EINTR || error == EAGAIN) continue;
    keep_begun_line();
    return failed(error);
  }
  buffer_.clear();
  line_begun_ = false;
  return {};
}

}  // namespace collector::json_files
