// A process that ends as by kill -9 in the middle of what it writes.
#pragma once

#include <cstdint>
#include <functional>

namespace collector::test {

// Runs `work` in a process of its own, which is killed just before SQLite's n-th write to a file, cut or sync
// (n from 1). Returns whether it came to that; otherwise it has ended with the code that `work` returns,
// which has to be 0. Nothing of SQLite may be open.
bool killed_while(std::uint64_t n, const std::function<int()>& work);

}  // namespace collector::test
