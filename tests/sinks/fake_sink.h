// A sink whose target is in memory and does what the test tells it to.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "sinks/sink.h"

namespace collector::test {

// What outlives sinks and runners.
struct FakeTarget {
  bool keeps_position = true;
  std::map<std::pair<std::string, std::string>, std::uint64_t> positions;  // (source, epoch)
  std::vector<std::uint64_t> stored;        // sequences, in the order of arrival
  std::vector<WallTime> rows;               // starts of the rows, in the order of arrival
  std::deque<SinkFailure> open_failures;    // answers of the next open() calls
  std::deque<SinkFailure> write_failures;   // answers of the next write() calls
  std::deque<SinkFailure> commit_failures;  // of those that come to the end of a write()
  std::set<std::uint64_t> refused;          // sequences whose first row is refused
  std::string throws;                       // write() throws this
  std::string state = "words";              // to be kept with the cursor
  std::vector<std::string> calls;           // "open", "write 3", "close"
  std::vector<OpenRequest> requests;
  std::vector<SinkNote> notes;
  std::function<void()> in_write;    // e.g. hangs
  std::function<void()> committing;  // the same, when the refused rows are kept already
};

class FakeSink final : public Sink {
 public:
  explicit FakeSink(std::shared_ptr<FakeTarget> target) : target_(std::move(target)) {}

  std::expected<OpenedSink, SinkFailure> open(const OpenRequest& request) override {
    target_->calls.push_back("open");
    target_->requests.push_back(request);
    if (!target_->open_failures.empty()) return fail(target_->open_failures);
    keep_rejected_ = request.keep_rejected;
    OpenedSink opened{.position = std::nullopt, .keeps_position = target_->keeps_position};
    const auto found = target_->positions.find({request.source.text(), request.epoch.text()});
    if (target_->keeps_position && found != target_->positions.end())
      opened.position = SinkPosition{request.source, request.epoch, found->second};
    return opened;
  }

  std::vector<SinkNote> notes() const override { return target_->notes; }

  std::expected<Written, SinkFailure> write(std::span<const BatchPtr> batches) override {
    target_->calls.push_back("write " + std::to_string(batches.size()));
    if (target_->in_write) target_->in_write();
    if (!target_->throws.empty()) throw std::runtime_error(target_->throws);
    if (!target_->write_failures.empty()) return fail(target_->write_failures);
    Written written;
    written.state = target_->state;
    std::vector<std::uint64_t> stored;
    std::vector<WallTime> rows;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < batches.size(); ++i) {
      const Origin& origin = batches[i]->origin;
      if (target_->keeps_position && position(origin) >= origin.sequence) {
        written.skipped.push_back(i);
        continue;
      }
      for (std::size_t row = 0; row < batches[i]->rows.size(); ++row)
        if (row == 0 && target_->refused.contains(origin.sequence))
          written.rejected.push_back({i, row, "too odd"});
        else
          rows.push_back(batches[i]->rows[row].start);
      stored.push_back(origin.sequence);
      places.push_back(i);
    }
    if (target_->keeps_position)
      if (auto kept = keep_rejected_(places, written.rejected); !kept) return std::unexpected(kept.error());
    if (target_->committing) target_->committing();
    if (!target_->commit_failures.empty()) return fail(target_->commit_failures);
    for (const BatchPtr& batch : batches)
      position(batch->origin) = batch->origin.sequence;
    target_->stored.insert(target_->stored.end(), stored.begin(), stored.end());
    target_->rows.insert(target_->rows.end(), rows.begin(), rows.end());
    return written;
  }

  void close() override { target_->calls.push_back("close"); }

 private:
  static std::unexpected<SinkFailure> fail(std::deque<SinkFailure>& failures) {
    auto failure = failures.front();
    failures.pop_front();
    return std::unexpected(std::move(failure));
  }
  std::uint64_t& position(const Origin& origin) {
    return target_->positions[{origin.source.text(), origin.epoch.text()}];
  }

  std::shared_ptr<FakeTarget> target_;
  KeepRejected keep_rejected_;
};

inline SinkFailure sink_failure(std::string what, std::optional<Duration> retry_after = {},
                                bool hold = false) {
  return {.what = std::move(what), .remedy = "wait", .retry_after = retry_after, .hold = hold};
}

}  // namespace collector::test
