// Descriptor: a file descriptor that is closed with its object.
#pragma once

#include <unistd.h>

#include <utility>

namespace collector {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  int get() const { return number_; }  // -1: none
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace collector
