// The interfaces of a fault test and what the kernel counted of them, read independently of the collector.
// They are told apart by family, the first two letters of their names: what is renamed or made again stays in
// its family, and the rows of a family add up to what the kernel counted of its members.
#pragma once

#include <map>
#include <string>

#include "tests/faults/sums.h"

namespace collector::test {

class Interfaces {
 public:
  // A pair of connected interfaces, up, counted from zero.
  void plug(const std::string& one, const std::string& other);
  // A pair that is there already, counted from what the kernel says now.
  void adopt(const std::string& one, const std::string& other);
  void rename(const std::string& from, const std::string& to);
  // Sends some frames of random sizes over a pair.
  static void use(const std::string& one, const std::string& other, unsigned seed);
  // Deletes a pair. `seen`: a collector listens, and is told by the kernel what they had sent; nothing of
  // that may be missing, unless that collector loses its memory before it is known to have stored it. What
  // they received since the last reading nobody can tell any more: of a veth that goes the kernel says 0.
  void unplug(const std::string& one, const std::string& other, bool seen);

  void memory_lost();  // the collector died with what it had not yet stored
  void all_stored();   // everything deleted so far is known to be in the sinks

  struct Expectation {
    Sums most;   // what the kernel counted
    Sums least;  // without deleted interfaces of which a collector that was killed may not have told any more
  };
  std::map<std::string, Expectation> expected() const;  // by family

 private:
  void forget(const std::string& name, bool seen);

  std::map<std::string, Sums> base_;    // of those that are there
  std::map<std::string, Sums> stored_;  // of those that are there, at the last all_stored()
  std::map<std::string, Sums> gone_;    // by family
  std::map<std::string, Sums> unstored_;
  std::map<std::string, Sums> may_lack_;
};

}  // namespace collector::test
