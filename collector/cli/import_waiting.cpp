#include "collector/cli/import_waiting.h"

#include <algorithm>
#include <map>
#include <utility>

#include "collector/spool/dead_letters.h"
#include "collector/spool/waiting_batches.h"

namespace collector {
namespace {

using history::Seconds;
using history::WaitingTime;

constexpr const char* traffic = "net";

std::string value_of(std::span<const Tag> tags, std::string_view key) {
  const auto found = std::ranges::find(tags, key, &Tag::key);
  return found == tags.end() ? "" : found->value;
}

Seconds floor_of(WallTime time) {
  return Seconds(std::chrono::seconds(unix_seconds(time)));
}

// The rows of traffic of a batch, by interface.
template <typename Visit>
void visit_traffic(const Batch& batch, const Visit& visit) {
  for (const Row& row : batch.rows)
    if (row.series->measurement().name == traffic)
      visit(WaitingTime{value_of(batch.labels, "host"),
                        value_of(row.series->tags(), "interface"),
                        {floor_of(row.start), floor_of(row.end) + std::chrono::seconds(1)}});
}

}  // namespace

Result<std::vector<WaitingTime>> waiting_times(const std::filesystem::path& state, const std::string& sink,
                                               const std::string& host) {
  // Rows of one interface lie close together: one stretch for all of them.
  std::map<std::pair<std::string, std::string>, history::Interval> rows;
  const auto read = visit_waiting(state, sink, [&](const Batch& batch) {
    visit_traffic(batch, [&](const WaitingTime& row) {
      const auto [at, is_new] = rows.try_emplace({row.host, row.interface}, row.time);
      at->second.start = std::min(at->second.start, row.time.start);
      at->second.end = std::max(at->second.end, row.time.end);
    });
  });
  if (!read) return std::unexpected(read.error());
  std::vector<WaitingTime> waiting;
  for (const auto& [name, time] : rows)
    waiting.push_back({name.first, name.second, time});
  const auto counted = read_counted(state, traffic);
  if (!counted) return std::unexpected(counted.error());
  for (const CountedUntil& one : *counted)
    waiting.push_back({host, value_of(one.tags, "interface"), {floor_of(one.taken), Seconds::max()}});
  std::error_code error;
  if (!std::filesystem::exists(state / "spool.db", error)) return waiting;
  const auto letters = read_dead_letters(state, sink);
  if (!letters) return std::unexpected(letters.error());
  for (const DeadLetter& letter : *letters)
    visit_traffic(letter.content, [&](const WaitingTime& row) { waiting.push_back(row); });
  return waiting;
}

}  // namespace collector
