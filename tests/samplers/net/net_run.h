// The sampler `net` on the running kernel, asked for single interfaces.
#pragma once

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>

#include "tests/samplers/sampler_run.h"

namespace collector::test {

inline const std::map<std::string, std::string> everything{{"interfaces.include", "['*']"}};

class NetRun : public SamplerRun {
 public:
  explicit NetRun(const std::map<std::string, std::string>& settings = everything)
      : SamplerRun(sampler_type("net"), "/", settings) {}

  void read() {
    const auto result = sample();
    if (!result) throw std::runtime_error(result.error().what);
    clock.advance(std::chrono::seconds(1));
  }
  // The kernel works operstate out in its own time.
  void read_until(const std::string& name, const std::string& operstate) {
    do
      read();
    while (value(name, "operstate").as_text() != operstate);
  }
  const Reading* find(const std::string& name) const {
    for (const Reading& reading : last().readings())
      if (reading.series->tag("interface") == name) return &reading;
    return nullptr;
  }
  const Reading& of(const std::string& name) const {
    if (const Reading* reading = find(name)) return *reading;
    throw std::runtime_error("no reading of " + name);
  }
  Value value(const std::string& name, const std::string& field) const {
    const Reading& reading = of(name);
    return last().values(reading)[reading.series->measurement().field(field).value()];
  }
  std::uint64_t counter(const std::string& name, const std::string& field) const {
    return value(name, field).as_counter();
  }
};

}  // namespace collector::test
