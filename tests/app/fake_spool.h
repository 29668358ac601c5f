// A spool that knows the fake sampler's measurement.
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "collector/spool/spool.h"
#include "tests/app/fake_sampler.h"

namespace collector::test {

using FakeSinks = std::vector<std::pair<std::string, SinkLimits>>;

// Throws what is wrong. The clock and the table outlive it.
inline std::unique_ptr<Spool> fake_spool(const std::filesystem::path& directory, const Clock& clock,
                                         SeriesTable& series, const FakeSinks& sinks = {{"sink", {}}}) {
  Spool::Options options;
  options.directory = directory;
  options.clock = &clock;
  options.series = &series;
  options.known = {fake_measurement()};
  auto spool = Spool::open(options);
  if (!spool) throw std::runtime_error(spool.error().text());
  if (const auto set = (*spool)->set_sinks(sinks); !set) throw std::runtime_error(set.error().error.text());
  return *std::move(spool);
}

}  // namespace collector::test
