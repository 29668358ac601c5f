// A sampler whose readings the test chooses.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "collector/samplers/sampler.h"

namespace collector::test {

inline const MeasurementPtr& fake_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(
      Measurement{"fake",
                  "What the test says",
                  {},
                  {{"bytes", FieldKind::counter, FieldType::integer, "bytes", "bytes moved"}}});
  return measurement;
}

// Shared between the test and the samplers made from fake_sampler_type().
struct FakeKernel {
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<int> calls{0};
  std::atomic<bool> absent{false};
  std::atomic<bool> failing{false};
  std::atomic<int> rejecting{0};      // numbers that it leaves out
  std::atomic<bool> empty{false};     // it sees things and reports none
  std::atomic<bool> answered{false};  // a call has come to its good end
  std::atomic<bool> hanging{false};   // the next call waits until release()
  std::atomic<int> left_to_tell{0};   // readings that finish() adds, one at a time
  std::function<void()> during;       // called in each call, when set

  void release() {
    {
      const std::lock_guard lock(mutex);  // not between a sampler's look and its wait
      hanging = false;
    }
    released.notify_all();
  }
  std::mutex mutex;
  std::condition_variable released;
};

inline std::shared_ptr<FakeKernel>& fake_kernel() {
  static std::shared_ptr<FakeKernel> kernel = std::make_shared<FakeKernel>();
  return kernel;
}

class FakeSampler final : public Sampler {
 public:
  explicit FakeSampler(const SamplerContext& context)
      : files_(context.files), table_(context.series), kernel_(fake_kernel()) {}

  SampleResult sample(Sample& out) override {
    ++kernel_->calls;
    if (kernel_->during) kernel_->during();
    if (kernel_->hanging) {
      std::unique_lock lock(kernel_->mutex);
      kernel_->released.wait(lock, [&] { return !kernel_->hanging; });
    }
    if (kernel_->absent) return collector::absent("/proc/fake: No such file or directory");
    if (kernel_->failing) return failed("/proc/fake: Input/output error");
    // Only now, as samplers do that find something new: all of this may happen after a long wait above.
    if (!files_.exists("/").value_or(false)) return failed("/: No such file or directory");
    if (!series_) series_ = table_.intern(fake_measurement(), {});
    for (int i = 0; i < kernel_->rejecting; ++i)
      out.remarks.reject("bytes can't be true", std::to_string(-++rejected_));
    if (kernel_->empty) {
      out.remarks.warn("nothing is reported: there are: a, b");
      out.remarks.notice("a is down");
      return {};
    }
    out.add({.series = series_.get()})[0] = Value::counter(kernel_->bytes);
    kernel_->answered = true;
    return {};
  }
  SampleResult finish(Sample& out) override {
    if (kernel_->left_to_tell == 0) return {};
    --kernel_->left_to_tell;
    return sample(out);
  }
  // Reads what sample() writes, as cpu's does.
  bool needs_second_reading() const override { return !series_; }

 private:
  const Files& files_;
  SeriesTable& table_;
  SeriesPtr series_;
  int rejected_ = 0;
  std::shared_ptr<FakeKernel> kernel_;
};

inline SamplerType fake_sampler_type(bool blocking, bool finishes = false) {
  SamplerType type;
  type.component = {"fake", "What the test says", {}, "1s"};
  type.blocking = blocking;
  type.finishes = finishes;
  type.create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
    return std::make_unique<FakeSampler>(context);
  };
  type.measurements = [] { return std::vector<MeasurementPtr>{fake_measurement()}; };
  return type;
}

}  // namespace collector::test
