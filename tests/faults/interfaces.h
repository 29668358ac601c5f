// The interfaces of a fault test and what the kernel counted of them, read independently of the collector.
// They are told apart by family, the first two letters of their names: what is renamed or made again stays in
// its family, and the rows of a family add up to what the kernel counted of its members.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/faults/sums.h"

namespace collector::test {

class Interfaces {
 public:
  // A pair of connected interfaces, up, counted from zero. `listened`: a collector is told of it.
  void plug(const std::string& one, const std::string& other, bool listened);
  // A pair that is there already, counted from what the kernel says now.
  void adopt(const std::string& one, const std::string& other);
  void rename(const std::string& from, const std::string& to);
  // Sends some frames of random sizes over a pair.
  static void use(const std::string& one, const std::string& other, unsigned seed);
  // Deletes a pair. `listens`: a collector is told by the kernel what they had sent, and if it was told of
  // them from the beginning, nothing of that may be missing, unless it loses its memory before it is known to
  // have stored it. What they received since the last reading nobody can tell any more: of a veth that goes
  // the kernel says 0.
  void unplug(const std::string& one, const std::string& other, bool listens);

  // The collector has ended; `orderly`: with all it knew stored.
  void process_ended(bool orderly);
  void all_stored();  // everything deleted so far is known to be in the sinks

  struct Expectation {
    Sums most;   // what the kernel counted
    Sums least;  // without deleted interfaces of which a collector that was killed may not have told any more
  };
  std::map<std::string, Expectation> expected() const;  // by family

 private:
  void forget(const std::string& name, bool listens);

  std::map<std::string, Sums> base_;    // of those that are there
  std::map<std::string, Sums> stored_;  // of those that are there, at the last all_stored()
  std::set<std::string> known_from_birth_;
  std::map<std::string, Sums> gone_;  // by family
  std::map<std::string, Sums> unstored_;
  std::map<std::string, Sums> may_lack_;
};

}  // namespace collector::test
