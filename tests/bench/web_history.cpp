#include "tests/bench/web_history.h"

#include <fmt/format.h>

#include "collector/history/store.h"
#include "tests/bench/require.h"
#include "tests/bench/traffic_row.h"
#include "tests/sinks/batches.h"

namespace collector::bench {

void fill_traffic(const std::filesystem::path& file, int interfaces, std::int64_t first,
                  std::int64_t length) {
  history::StoreOptions options;
  options.name = "bench";
  auto store = history::Store::open(file, options);
  if (!store) throw std::runtime_error(store.error().error.text());
  test::BatchMaker maker;
  const std::int64_t end = first + length;
  const WallTime now(std::chrono::seconds(test::first_second + end));
  std::vector<BatchPtr> batches;
  std::size_t rows = 0;
  for (std::int64_t start = first; start < end; start += 300) {
    maker.begin();
    for (int i = 0; i < interfaces; ++i)
      add_traffic(maker, fmt::format("eth{}", i), start, 300,
                  1'000'000 + (start - first) * (i + 7) % 50'000'000);
    batches.push_back(maker.take());
    rows += static_cast<std::size_t>(interfaces);
    if (rows < 5000 && start + 300 < end) continue;
    if (const auto done = (*store)->write(batches, now, {}); !done)
      throw std::runtime_error(done.error().error.text());
    batches.clear();
    rows = 0;
  }
}

}  // namespace collector::bench
