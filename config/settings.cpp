#include "config/settings.h"

#include <stdexcept>

namespace collector {

bool Settings::has(std::string_view name) const {
  const auto found = values_.find(name);
  return found != values_.end() && !std::holds_alternative<std::monostate>(found->second);
}

template <typename T>
const T& Settings::get(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::logic_error("no setting " + std::string(name) + " in this table");
  if (const T* value = std::get_if<T>(&found->second)) return *value;
  throw std::logic_error("setting " + std::string(name) + " is absent or of another type");
}

bool Settings::boolean(std::string_view name) const {
  return get<bool>(name);
}
std::int64_t Settings::integer(std::string_view name) const {
  return get<std::int64_t>(name);
}
const std::string& Settings::text(std::string_view name) const {
  return get<std::string>(name);
}
Duration Settings::duration(std::string_view name) const {
  return get<Duration>(name);
}
std::uint64_t Settings::size(std::string_view name) const {
  return get<std::uint64_t>(name);
}
double Settings::rate(std::string_view name) const {
  return get<double>(name);
}
const std::vector<std::string>& Settings::list(std::string_view name) const {
  return get<std::vector<std::string>>(name);
}
const std::map<std::string, std::string>& Settings::map(std::string_view name) const {
  return get<std::map<std::string, std::string>>(name);
}
const std::map<std::string, double>& Settings::rates(std::string_view name) const {
  return get<std::map<std::string, double>>(name);
}
const Settings& Settings::table(std::string_view name) const {
  return *get<std::shared_ptr<const Settings>>(name);
}

bool Settings::is_auto(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::logic_error("no setting " + std::string(name) + " in this table");
  const std::string* text = std::get_if<std::string>(&found->second);
  return text != nullptr && *text == "auto";
}

void Settings::set(std::string_view name, SettingValue value) {
  values_.insert_or_assign(std::string(name), std::move(value));
}

bool operator==(const Settings& a, const Settings& b) {
  if (a.values_.size() != b.values_.size()) return false;
  for (auto left = a.values_.begin(), right = b.values_.begin(); left != a.values_.end(); ++left, ++right) {
    if (left->first != right->first) return false;
    const auto* left_table = std::get_if<std::shared_ptr<const Settings>>(&left->second);
    const auto* right_table = std::get_if<std::shared_ptr<const Settings>>(&right->second);
    if (left_table != nullptr && right_table != nullptr) {
      if (!(**left_table == **right_table)) return false;
    } else if (left->second != right->second) {
      return false;
    }
  }
  return true;
}

}  // namespace collector
