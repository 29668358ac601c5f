#include "collector/access/sign_in_limit.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace collector {
namespace {

void drop_before(std::deque<BootTime>& tries, BootTime time) {
  while (!tries.empty() && tries.front() <= time)
    tries.pop_front();
}

}  // namespace

std::string address_group(const std::string& address) {
  in6_addr six{};
  if (inet_pton(AF_INET6, address.c_str(), &six) != 1) return address;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (IN6_IS_ADDR_V4MAPPED(&six)) return inet_ntop(AF_INET, &six.s6_addr[12], text.data(), text.size());
  std::fill(std::begin(six.s6_addr) + 8, std::end(six.s6_addr), std::uint8_t{0});
  inet_ntop(AF_INET6, &six, text.data(), text.size());
  return std::string(text.data()) + "/64";
}

std::optional<Duration> SignInLimit::begin(const std::string& address, BootTime now) {
  forget(now);
  const auto wait_for = [&](BootTime time) { return std::max(time - now, Duration(1)); };
  if (all_.size() >= tries_in_all) return wait_for(all_.front() + within);
  Address& from = addresses_[address_group(address)];
  drop_before(from.tries, now - within);
  if (from.next > now) return wait_for(from.next);
  if (from.tries.size() >= tries_of_address) return wait_for(from.tries.front() + within);
  all_.push_back(now);
  from.tries.push_back(now);
  from.last = now;
  return std::nullopt;
}

void SignInLimit::was_right(const std::string& address, BootTime now) {
  Address& from = addresses_[address_group(address)];
  if (!from.tries.empty()) from.tries.pop_back();
  if (!all_.empty()) all_.pop_back();
  from.wrong = 0;
  from.next = now;
}

void SignInLimit::was_wrong(const std::string& address, BootTime now) {
  Address& from = addresses_[address_group(address)];
  const std::size_t doublings = std::min<std::size_t>(from.wrong++, 6);
  from.next = now + std::min<Duration>(std::chrono::seconds(1U << doublings), longest_wait);
  from.last = now;
}

void SignInLimit::forget(BootTime now) {
  drop_before(all_, now - within);
  std::erase_if(addresses_, [&](const auto& each) { return each.second.last + forgets_after <= now; });
}

}  // namespace collector
