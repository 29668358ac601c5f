#include "tests/faults/interfaces.h"

#include <random>

namespace collector::test {
namespace {

std::string family_of(const std::string& name) {
  return name.substr(0, 2);
}

}  // namespace

void Interfaces::plug(const std::string& one, const std::string& other, bool listened) {
  ip_link("add " + one + " type veth peer name " + other);
  ip_link("set " + one + " up");
  ip_link("set " + other + " up");
  base_[one] = {};
  base_[other] = {};
  if (listened) known_from_birth_.insert({one, other});
}

void Interfaces::adopt(const std::string& one, const std::string& other) {
  for (const std::string& name : {one, other})
    base_[name] = Sums::of(kernel_counters(name));
}

void Interfaces::rename(const std::string& from, const std::string& to) {
  ip_link("set " + from + " down");
  ip_link("set " + from + " name " + to);
  ip_link("set " + to + " up");
  for (auto* known : {&base_, &stored_}) {
    if (!known->contains(from)) continue;
    (*known)[to] = known->at(from);
    known->erase(from);
  }
  if (known_from_birth_.erase(from) > 0) known_from_birth_.insert(to);
}

void Interfaces::use(const std::string& one, const std::string& other, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::size_t> size(60, 1514);
  FrameSender there(one);
  FrameSender back(other);
  for (int i = 0; i < 10; ++i) {
    there.send(size(random));
    if (i % 2 == 0) back.send(size(random));
  }
}

void Interfaces::unplug(const std::string& one, const std::string& other, bool listens) {
  forget(one, listens);
  forget(other, listens);
  ip_link("delete " + one);
}

void Interfaces::forget(const std::string& name, bool listens) {
  const Sums now = Sums::of(kernel_counters(name));
  const std::string family = family_of(name);
  gone_[family] += now - base_.at(name);
  Sums unsure = now - (stored_.contains(name) ? stored_.at(name) : base_.at(name));
  if (known_from_birth_.erase(name) > 0 && listens) {
    const Sums received{unsure.bytes_recv, unsure.packets_recv, 0, 0};
    may_lack_[family] += received;
    unstored_[family] += unsure -= received;
  } else {
    may_lack_[family] += unsure;
  }
  base_.erase(name);
  stored_.erase(name);
}

void Interfaces::process_ended(bool orderly) {
  known_from_birth_.clear();
  if (orderly) return;
  for (const auto& [family, sums] : unstored_)
    may_lack_[family] += sums;
  unstored_.clear();
}

void Interfaces::all_stored() {
  unstored_.clear();
  for (const auto& [name, base] : base_)
    stored_[name] = Sums::of(kernel_counters(name));
}

std::map<std::string, Interfaces::Expectation> Interfaces::expected() const {
  std::map<std::string, Expectation> families;
  for (const auto& [family, sums] : gone_)
    families[family].most += sums;
  for (const auto& [name, base] : base_)
    families[family_of(name)].most += Sums::of(kernel_counters(name)) - base;
  for (auto& [family, expectation] : families) {
    expectation.least = expectation.most;
    if (const auto lack = may_lack_.find(family); lack != may_lack_.end()) expectation.least -= lack->second;
  }
  return families;
}

}  // namespace collector::test
