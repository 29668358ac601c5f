// A random sequence of faults. scripts/soak runs this again and again:
//
//   COLLECTOR_SOAK_SEED=N    the steps of an earlier run again; 1 by default, drawn in long runs
//   COLLECTOR_SOAK_STEPS=N   how many, 30 by default
//   COLLECTOR_SOAK_PROGRESS  tell each step
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <numeric>

#include "tests/faults/chaos.h"
#include "tests/support/long_run.h"

namespace collector::test {
namespace {

std::optional<std::uint64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? std::nullopt : std::optional<std::uint64_t>(std::strtoull(text, nullptr, 10));
}

// The same steps in every usual run of the tests, new ones in long runs and in scripts/soak, which gives a
// seed.
std::uint64_t choose_seed() {
  if (const auto given = number_in("COLLECTOR_SOAK_SEED")) return *given;
  const auto clock = std::chrono::system_clock::now().time_since_epoch().count();
  return static_cast<std::uint64_t>(usual_or_long(1, static_cast<int>(clock % 1'000'000'000)));
}

// What a step draws depends on the run's seed and its number, not on what came before.
std::uint64_t seed_of(std::uint64_t run, std::uint64_t number) {
  std::seed_seq sequence{run, run >> 32, number};
  std::array<std::uint32_t, 2> words{};
  sequence.generate(words.begin(), words.end());
  return (std::uint64_t{words[0]} << 32) | words[1];
}

constexpr std::int64_t memory_bound = COLLECTOR_SANITIZED ? std::int64_t{2} << 30 : std::int64_t{64} << 20;

TEST(RandomFaults, TotalsAreExactAndNothingIsThereTwice) {
  const std::uint64_t seed = choose_seed();
  const std::uint64_t steps =
      number_in("COLLECTOR_SOAK_STEPS").value_or(static_cast<std::uint64_t>(usual_or_long(30, 300)));
  std::printf("seed: COLLECTOR_SOAK_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);

  World world(static_cast<unsigned>(seed));
  Chaos chaos(world);
  std::deque<std::string> latest;
  std::uint64_t number = 0;
  while (!HasFailure() && number < steps) {
    std::mt19937_64 random(seed_of(seed, ++number));
    const std::uint64_t between_checks = std::uniform_int_distribution<std::uint64_t>(5, 15)(random);
    try {
      for (std::uint64_t i = 0; i < between_checks && number <= steps; ++i, ++number) {
        const std::uint64_t drawn = seed_of(seed, number);
        const Chaos::Step& step = Chaos::steps()[drawn % Chaos::steps().size()];
        latest.push_back(std::to_string(number) + " " + step.name);
        if (latest.size() > 40) latest.pop_front();
        if (soak_progress()) {
          std::printf("%s\n", latest.back().c_str());
          std::fflush(stdout);
        }
        chaos.act(step, drawn);
      }
      chaos.calm();
      world.check();
    } catch (const std::exception& exception) {
      ADD_FAILURE() << exception.what();
    }
    --number;
    if (!HasFailure()) world.go_on();
  }
  EXPECT_LT(world.highest_memory(), memory_bound);
  std::printf("%llu steps, at most %lld KiB resident\n", static_cast<unsigned long long>(number),
              static_cast<long long>(world.highest_memory() / 1024));
  if (HasFailure())
    ADD_FAILURE() << "COLLECTOR_SOAK_SEED=" << seed << ", the latest steps: "
                  << std::accumulate(
                         latest.begin(), latest.end(), std::string(),
                         [](const std::string& all, const std::string& one) { return all + "\n  " + one; });
}

}  // namespace
}  // namespace collector::test
