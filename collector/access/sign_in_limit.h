// SignInLimit: how often passwords may be tried. 5 times a minute from one address, 30 times in all, and
// after each that was wrong its address waits longer: 1 s, 2 s, 4 s … a minute. Pure; not for several threads
// at once.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "collector/core/time.h"

namespace collector {

// What counts as one address: of IPv6 the 64 bits that a network has, within which a client can take any.
std::string address_group(const std::string& address);

class SignInLimit {
 public:
  static constexpr std::size_t tries_of_address = 5;
  static constexpr std::size_t tries_in_all = 30;
  static constexpr Duration within = std::chrono::minutes(1);
  static constexpr Duration longest_wait = std::chrono::minutes(1);
  static constexpr Duration forgets_after = std::chrono::minutes(15);

  // Nothing: it may be tried, which counts from now on. Else for how long it may not.
  std::optional<Duration> begin(const std::string& address, BootTime now);
  void was_right(const std::string& address, BootTime now);  // this try does not count
  void was_wrong(const std::string& address, BootTime now);

 private:
  struct Address {
    std::deque<BootTime> tries;  // within the last minute
    std::size_t wrong = 0;       // in a row
    BootTime next{};             // not before
    BootTime last{};
  };
  void forget(BootTime now);

  std::deque<BootTime> all_;
  std::map<std::string, Address>
      addresses_;  // at most as many as tries_in_all lets in before they are forgotten
};

}  // namespace collector
