// Runs one sampler of the table by hand: injected root, settings, clock; and prints what it delivers.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "collector/core/sample.h"
#include "collector/core/series.h"
#include "collector/samplers/sampler.h"
#include "tests/support/manual_clock.h"

namespace collector::test {

// The defaults of a table, with `given` in their place: name, or name.child for nested tables, and the value
// as in the configuration file ("30s", "[a, b]"). Throws std::runtime_error with the first problem.
Settings make_settings(std::span<const Setting> table, const std::map<std::string, std::string>& given = {});

// What the file `settings` in the folder of a case gives: lines "name: value". Empty when there is none.
std::map<std::string, std::string> case_settings(const std::filesystem::path& folder);

// The type of this name in the table of samplers; throws when there is none.
const SamplerType& sampler_type(std::string_view name);

// One sampler with everything it needs. reading() is the text of one sample, one line for each series:
// "measurement{tags} object=… field=value …" in the sampler's order, or "absent: …" or "failed: …" with the
// root taken off the paths; then "rejected: …", "warning: …", "notice: …" where there are such remarks. Only
// what differs from its default is printed of a reading's own members.
class SamplerRun {
 public:
  SamplerRun(const SamplerType& type, const std::filesystem::path& root,
             const std::map<std::string, std::string>& settings = {}, const SelfMetrics* self = nullptr);

  std::string reading();
  SampleResult sample() {
    sample_.clear();
    sample_.taken = clock.now();
    return sampler_->sample(sample_);
  }
  SampleResult finish() {
    sample_.clear();
    sample_.taken = clock.now();
    return sampler_->finish(sample_);
  }
  const Sample& last() const { return sample_; }
  Sampler& sampler() { return *sampler_; }

  ManualClock clock;
  SeriesTable series;

 private:
  Files files_;
  Settings settings_;
  Sample sample_;
  std::unique_ptr<Sampler> sampler_;
};

}  // namespace collector::test
