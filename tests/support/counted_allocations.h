// Counts what goes through operator new, per thread. Replaces it for the whole program: include it in one
// file of a test program only.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace collector::test {

inline thread_local std::size_t allocations = 0;  // of this thread so far

}  // namespace collector::test

// Not inlined: GCC 14 would see a free() of what came from new, and warn.
// What the library has beside these (arrays, alignment) either calls them or comes in pairs of its own.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++collector::test::allocations;
  return std::malloc(size);
}
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
