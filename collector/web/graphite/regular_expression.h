// RegularExpression: POSIX extended, of a viewer's: none takes long or much memory, whatever it is. Reading
// what is not tame fails: groups that refer to others, and {} that repeats.
#pragma once

#include <regex.h>

#include <memory>
#include <string>
#include <string_view>

#include "collector/core/error.h"

namespace collector::web::graphite {

class RegularExpression {
 public:
  static Result<RegularExpression> read(const std::string& text);

  bool matches(const std::string& text) const;  // anywhere in it
  // Each place that it is found in; in `with` \1 to \9 are its groups, \0 the whole.
  std::string replaced(const std::string& text, std::string_view with) const;

 private:
  struct Free {
    void operator()(regex_t* compiled) const;
  };
  explicit RegularExpression(std::unique_ptr<regex_t, Free> compiled) : compiled_(std::move(compiled)) {}
  std::unique_ptr<regex_t, Free> compiled_;
};

}  // namespace collector::web::graphite
