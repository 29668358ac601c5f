#include "collector/web/accept.h"

#include <optional>

#include "collector/core/numbers.h"
#include "collector/http/message.h"

namespace collector::web {
namespace {

struct MediaRange {
  std::string_view name;  // "text/csv", "text/*", "*/*"
  double weight = 1;
};

MediaRange range_of(std::string_view text) {
  MediaRange range{http::trimmed(text.substr(0, text.find(';')))};
  while (text.find(';') != std::string_view::npos) {
    text.remove_prefix(text.find(';') + 1);
    const std::string_view parameter = http::trimmed(text.substr(0, text.find(';')));
    if (parameter.size() < 2 || !http::is_same_word(parameter.substr(0, 2), "q=")) continue;
    const auto weight = parse_number<double>(parameter.substr(2));
    range.weight = weight && *weight >= 0 && *weight <= 1 ? *weight : 0;
  }
  return range;
}

// How closely a range names a type: 3 itself, 2 its kind, 1 whatever there is; 0: not at all.
int closeness(std::string_view range, std::string_view type) {
  if (http::is_same_word(range, type)) return 3;
  if (range == "*/*" || range == "*") return 1;
  if (!range.ends_with("/*")) return 0;
  const std::string_view kind = range.substr(0, range.size() - 1);
  return http::is_same_word(kind, type.substr(0, kind.size())) ? 2 : 0;
}

double weight_of(std::string_view accept, std::string_view type) {
  double weight = 0;
  int closest = 0;
  for (const std::string_view one : http::split_list(accept)) {
    const MediaRange range = range_of(one);
    const int close = closeness(range.name, type);
    if (close <= closest) continue;
    closest = close;
    weight = range.weight;
  }
  return weight;
}

}  // namespace

std::string_view accepted_type(std::string_view accept, std::span<const std::string_view> offered) {
  if (http::trimmed(accept).empty()) return offered.front();
  std::string_view best;
  double best_weight = 0;
  for (const std::string_view type : offered)
    if (const double weight = weight_of(accept, type); weight > best_weight) {
      best = type;
      best_weight = weight;
    }
  return best;
}

}  // namespace collector::web
