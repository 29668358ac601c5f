#include "collector/core/value.h"

#include <mutex>
#include <unordered_set>

namespace collector {

const std::string* intern_text(std::string_view text) {
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  static std::mutex mutex;
  static std::unordered_set<std::string, Hash, std::equal_to<>> texts;
  static const std::string other = "other";
  constexpr std::size_t capacity = 10'000;

  const std::lock_guard lock(mutex);
  if (const auto found = texts.find(text); found != texts.end()) return &*found;
  if (texts.size() >= capacity) return &other;
  return &*texts.emplace(text).first;
}

std::optional<double> Value::number() const {
  switch (type_) {
    case Type::integer:
      return static_cast<double>(bits_.integer);
    case Type::counter:
      return static_cast<double>(bits_.counter);
    case Type::real:
      return bits_.real;
    case Type::absent:
    case Type::text:
      break;
  }
  return std::nullopt;
}

}  // namespace collector
