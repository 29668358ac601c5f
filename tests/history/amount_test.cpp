#include "collector/history/amount.h"

#include <gtest/gtest.h>

namespace collector {
namespace {

std::string si(std::uint64_t bytes) {
  return amount_text(bytes, AmountUnits::si);
}

TEST(Amount, HasThreeDigits) {
  EXPECT_EQ(si(0), "0 B");
  EXPECT_EQ(si(999), "999 B");
  EXPECT_EQ(si(1000), "1.00 kB");
  EXPECT_EQ(si(9'994), "9.99 kB");
  EXPECT_EQ(si(9'996), "10.0 kB");
  EXPECT_EQ(si(99'940), "99.9 kB");
  EXPECT_EQ(si(99'960), "100 kB");
  EXPECT_EQ(si(22'008'000'000), "22.0 GB");
  EXPECT_EQ(si(567'900'000'000), "568 GB");
  EXPECT_EQ(si(1'123'000'000'000), "1.12 TB");
}

TEST(Amount, WhatRoundsToAThousandHasTheNextUnit) {
  EXPECT_EQ(si(999'499), "999 kB");
  EXPECT_EQ(si(999'500), "1.00 MB");
  EXPECT_EQ(si(18'446'744'073'709'551'615U), "18.4 EB");
}

TEST(Amount, InBinaryUnitsNeverFourDigitsEither) {
  EXPECT_EQ(amount_text(1000ULL << 20, AmountUnits::iec), "0.98 GiB");
  EXPECT_EQ(amount_text(999ULL << 20, AmountUnits::iec), "999 MiB");
  EXPECT_EQ(amount_text(1ULL << 30, AmountUnits::iec), "1.00 GiB");
  EXPECT_EQ(amount_text(1023, AmountUnits::iec), "1.00 KiB");
  EXPECT_EQ(amount_text(18'446'744'073'709'551'615U, AmountUnits::iec), "16.0 EiB");
}

TEST(Amount, ShortOnesAreForStatusBars) {
  EXPECT_EQ(short_amount_text(21'400'000'000, AmountUnits::si), "21.4G");
  EXPECT_EQ(short_amount_text(21'400'000'000, AmountUnits::iec), "19.9Gi");
  EXPECT_EQ(short_amount_text(12, AmountUnits::si), "12B");
}

TEST(Amount, RatesAreInBits) {
  EXPECT_EQ(bit_rate_text(17'875'000), "143 Mbit/s");
  EXPECT_EQ(bit_rate_text(125'000'000), "1.00 Gbit/s");
  EXPECT_EQ(bit_rate_text(0), "0 bit/s");
}

}  // namespace
}  // namespace collector
