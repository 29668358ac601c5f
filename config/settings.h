// Settings: the checked, complete values of one table of settings (defaults filled in), read by the component
// that declared the table. Asking for a name or a type that the table does not have is a programming error:
// it throws std::logic_error.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collector/core/time.h"

namespace collector {

class Settings;

using SettingValue =
    std::variant<std::monostate,  // absent
                 bool,            // boolean
                 std::int64_t,    // integer
                 std::string,     // text, secret, path, choice; a word in place of a rate or duration
                 Duration,        // duration
                 std::uint64_t,   // size: bytes
                 double,          // rate: bytes per second
                 std::vector<std::string>,            // list
                 std::map<std::string, std::string>,  // map
                 std::map<std::string, double>,       // rates
                 std::shared_ptr<const Settings>>;    // table

class Settings {
 public:
  bool has(std::string_view name) const;  // a value is there: given, or by default

  bool boolean(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  const std::string& text(std::string_view name) const;  // text, secret, path, choice
  Duration duration(std::string_view name) const;
  std::uint64_t size(std::string_view name) const;
  double rate(std::string_view name) const;   // bytes per second
  bool is_auto(std::string_view name) const;  // a rate given as "auto"
  const std::vector<std::string>& list(std::string_view name) const;
  const std::map<std::string, std::string>& map(std::string_view name) const;
  const std::map<std::string, double>& rates(std::string_view name) const;
  const Settings& table(std::string_view name) const;

  // For the reader of configurations and for tests.
  void set(std::string_view name, SettingValue value);
  const std::map<std::string, SettingValue, std::less<>>& values() const { return values_; }

  // Deep: nested tables are compared by value. The plan of a reload asks this.
  friend bool operator==(const Settings& a, const Settings& b);

 private:
  template <typename T>
  const T& get(std::string_view name) const;

  std::map<std::string, SettingValue, std::less<>> values_;
};

}  // namespace collector
