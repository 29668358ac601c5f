// A model of a kernel and of what the conservation law makes of its readings, independent of the pipeline's
// code.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace collector::test {

__extension__ typedef unsigned __int128 Wide;

constexpr std::size_t directions = 2;

struct Counter {
  std::uint64_t value = 0;
  int life = 0;  // how often it was reset
  bool unsaved_reset = false;
  std::uint64_t read = 0;   // value at the last reading
  int read_life = -1;       // its life
  std::uint64_t saved = 0;  // that at the last flush, 0 when it was misread
};

struct KernelObject {
  std::uint64_t number = 0;
  std::string name;
  Counter counters[directions];
  bool misread = false;  // at the last tick
};

// What has been read so far, by the law: what a process that was killed had read since its last flush is
// forgotten.
struct Knowledge {
  struct Last {
    std::uint64_t value;
    int life;
  };
  std::map<std::uint64_t, std::array<Last, directions>> objects;
  std::set<std::string> of_other_boot;  // names known from an earlier boot that were not read in this one
  std::set<std::string> names_read;     // up to the first complete sample, and in the one that is being read
  std::set<std::uint64_t> numbers_read;
  std::uint64_t highest = 0;                                     // in complete samples
  bool any_sample = false;                                       // that was complete
  std::map<std::string, std::array<Wide, directions>> expected;  // by name

  // One reading, reported under a name.
  void learn(const KernelObject& object, const std::string& name,
             const std::array<std::uint64_t, directions>& read);
  void sample_is_over(bool complete);
};

inline void Knowledge::learn(const KernelObject& object, const std::string& name,
                             const std::array<std::uint64_t, directions>& read) {
  const auto last = objects.find(object.number);
  const bool from_zero = of_other_boot.contains(name) || (any_sample && object.number > highest);
  auto& of_name = expected[name];
  auto now = last != objects.end() ? last->second : decltype(last->second){};
  for (std::size_t i = 0; i < directions; ++i) {
    const int life = object.counters[i].life;
    if (last == objects.end()) {
      if (from_zero) of_name[i] += read[i];
      now[i] = {read[i], life};
    } else if (now[i].life != life) {
      of_name[i] += read[i];
      now[i] = {read[i], life};
    } else if (read[i] > now[i].value) {
      of_name[i] += read[i] - now[i].value;
      now[i].value = read[i];
    }
  }
  objects[object.number] = now;
  names_read.insert(name);
  numbers_read.insert(object.number);
}

inline void Knowledge::sample_is_over(bool complete) {
  if (complete) highest = std::max(highest, *numbers_read.rbegin());
  numbers_read.clear();
  any_sample = any_sample || complete;
  if (!any_sample) return;
  for (const std::string& name : names_read)
    of_other_boot.erase(name);
  names_read.clear();
}

}  // namespace collector::test
