#include "collector/app/refused_times.h"

#include "collector/core/saturated.h"
#include "collector/core/time.h"
#include "collector/spool/dead_letters.h"

namespace collector {

std::vector<RefusedTime> refused_times(const std::filesystem::path& state, const std::string& sink) {
  std::vector<RefusedTime> refused;
  const auto letters = read_dead_letters(state, sink);
  if (!letters) return refused;
  const auto second = [](WallTime time) {
    return history::Seconds(std::chrono::seconds(unix_seconds(time)));
  };
  for (const DeadLetter& letter : *letters)
    for (const Row& row : letter.content.rows) {
      const Measurement& measurement = row.series->measurement();
      RefusedTime& one =
          refused.emplace_back(RefusedTime{measurement.name, {second(row.start), second(row.end)}, {}});
      const auto cells = letter.content.cells_of(row);
      for (std::size_t i = 0; i < cells.size(); ++i)
        if (cells[i].present && measurement.fields[i].kind == FieldKind::counter)
          one.counted[measurement.fields[i].name] = cells[i].counter.delta;
    }
  return refused;
}

}  // namespace collector
