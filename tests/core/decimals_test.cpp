#include "collector/core/decimals.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace collector {
namespace {

std::string shortest(double value) {
  std::array<char, 512> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  return {text.data(), end};
}

std::size_t digits_behind_the_point(double value) {
  const std::string text = shortest(value);
  const auto point = text.find('.');
  return point == std::string::npos ? 0 : text.size() - point - 1;
}

TEST(Decimals, RoundToTheNearestAndTiesAwayFromZero) {
  EXPECT_EQ(rounded_to(2, 100.0 / 3), 33.33);
  EXPECT_EQ(rounded_to(2, 200.0 / 3), 66.67);
  EXPECT_EQ(rounded_to(2, 0.125), 0.13);
  EXPECT_EQ(rounded_to(2, 0.375), 0.38);
  EXPECT_EQ(rounded_to(0, 2.5), 3);
  EXPECT_EQ(rounded_to(0, 3.5), 4);
  EXPECT_EQ(rounded_to(3, 41.0625), 41.063);
  EXPECT_EQ(rounded_to(9, 0.1234567891), 0.123456789);
}

TEST(Decimals, OfNegativeNumbersMirrorThoseOfPositiveOnes) {
  EXPECT_EQ(rounded_to(2, -0.125), -0.13);
  EXPECT_EQ(rounded_to(3, -12.3454), -12.345);
  EXPECT_EQ(rounded_to(0, -2.5), -3);
  EXPECT_FALSE(std::signbit(rounded_to(2, -0.001))) << "a zero is never negative";
  EXPECT_FALSE(std::signbit(rounded_to(2, -0.0)));
}

TEST(Decimals, LeaveAloneWhatHasNoSuchDigits) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  constexpr double largest = std::numeric_limits<double>::max();
  EXPECT_TRUE(std::isnan(rounded_to(2, std::numeric_limits<double>::quiet_NaN())));
  for (const double value : {infinite, -infinite, largest, -largest, 1e15 + 0.125, 9'999'999'999'999.998})
    EXPECT_EQ(rounded_to(2, value), value);
  EXPECT_EQ(rounded_to(2, 9'999'999'999'999.99), 9'999'999'999'999.99) << "the last that has them";
  EXPECT_EQ(rounded_to(10, 1.0 / 3), 1.0 / 3);
}

TEST(Decimals, WithoutAnyTheValueIsAsItWas) {
  for (const double value : {1.0 / 3, -0.0, 1e-300})
    EXPECT_EQ(std::bit_cast<std::uint64_t>(rounded_to(std::nullopt, value)),
              std::bit_cast<std::uint64_t>(value));
}

TEST(Decimals, WhatIsRoundedHasNoMoreDigitsAndStaysAsItIs) {
  std::mt19937_64 random(7);
  for (const std::uint8_t decimals : std::initializer_list<std::uint8_t>{0, 1, 2, 3, 6}) {
    for (const double largest : {1.0, 100.0, 1e6, 1e8}) {
      std::uniform_real_distribution<double> values(-largest, largest);
      for (int i = 0; i < 5'000; ++i) {
        const double value = values(random);
        const double rounded = rounded_to(decimals, value);
        const double spacing = std::nextafter(largest, 2 * largest) - largest;
        EXPECT_NEAR(rounded, value, 0.5 * std::pow(10, -decimals) + spacing);
        EXPECT_LE(digits_behind_the_point(rounded), decimals) << shortest(rounded);
        EXPECT_EQ(rounded_to(decimals, rounded), rounded);
      }
    }
  }
}

}  // namespace
}  // namespace collector
