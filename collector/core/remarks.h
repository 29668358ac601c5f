// Remarks: what a sampler has to say of a sample beside its readings. Part of the sample, reused like it:
// saying nothing, or the same as before, allocates nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace collector {

class Remarks {
 public:
  void clear();

  // The file or thing that the rejections which follow are about; empty: they say it themselves.
  void about(std::string_view source) { source_ = source; }
  // A number that can't be true, or a line that can't be read: left out, and its neighbours stay. Counted;
  // the first few texts are kept, the others are only counted. `excerpt` is what stood there, which may
  // change while `what` stays the same.
  void reject(std::string_view what, std::string_view excerpt = {});
  // The sampler sees things, and reports none of them: which, and what to do about it.
  void warn(std::string_view what) { warning_ = what; }
  // The same, when what was noticed is why: the notice becomes the warning.
  void warn_of_notice(std::string_view before);
  // Nothing is wrong, but who misses a row will want to know: an interface that is down.
  void notice(std::string_view what);

  std::size_t rejected() const { return rejected_; }
  std::string rejected_text() const;  // "/proc/net/snmp: Tcp CurrEstab can't be true: \"-1\" (and 2 more)"
  const std::string& rejected_names() const { return names_; }  // the same without excerpts: who they are
  const std::string& warning() const { return warning_; }
  const std::string& notice() const { return notice_; }

 private:
  std::string source_;
  std::string rejections_;
  std::string names_;
  std::string warning_;
  std::string notice_;
  std::size_t rejected_ = 0;
};

}  // namespace collector
