#include "config/suggest.h"

#include <algorithm>

#include "collector/core/plural.h"

namespace collector {
namespace {

constexpr std::size_t longest_compared = 64;  // nobody's name is longer; bounds the work on hostile input

// A history may know thousands of names; a list of settings has fewer.
constexpr std::size_t most_named = 40;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the usual table: a swap of neighbours looks two rows back.
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::string_view nearest(std::string_view written, std::span<const std::string_view> candidates) {
  if (written.empty() || written.size() > longest_compared) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, std::min<std::size_t>(3, written.size() / 3)) + 1;
  // A letter that is another one has nothing in common with it.
  best_distance = std::min(best_distance, written.size());
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(written, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  if (!best.empty() || written.size() < 3) return best;
  for (const std::string_view candidate : candidates)
    if (candidate.starts_with(written) || (candidate.size() >= 3 && written.starts_with(candidate)))
      return candidate;
  return {};
}

std::string joined(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

std::string suggest(std::string_view written, std::span<const std::string_view> candidates,
                    std::string_view what) {
  const std::string_view near = nearest(written, candidates);
  if (!near.empty()) return "did you mean \"" + std::string(near) + "\"?";
  if (candidates.empty()) return "";
  const auto named = candidates.first(std::min(candidates.size(), most_named));
  std::string text = std::string(what) + ": " + joined(named);
  if (named.size() < candidates.size()) text += " and " + counted(candidates.size() - named.size(), "other");
  return text;
}

}  // namespace collector
