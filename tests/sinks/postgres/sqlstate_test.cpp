#include "sinks/postgres/failure.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace collector::postgres_store {
namespace {

using enum Verdict;

// Every class of PostgreSQL's appendix A, and the codes that are told apart within one.
const std::map<std::string, Verdict> expected{
    {"03000", retry},    {"08000", retry},    {"08006", retry},    {"08P01", retry},    {"09000", bad_rows},
    {"0A000", unable},   {"0B000", retry},    {"0F000", bad_rows}, {"0L000", hold},     {"0P000", hold},
    {"0Z000", bad_rows}, {"20000", bad_rows}, {"21000", bad_rows}, {"22003", bad_rows}, {"22021", bad_rows},
    {"22P05", bad_rows}, {"23502", bad_rows}, {"23505", bad_rows}, {"23514", bad_rows}, {"23P01", bad_rows},
    {"24000", retry},    {"25001", retry},    {"25006", retry},    {"25P02", retry},    {"25P03", retry},
    {"26000", retry},    {"27000", bad_rows}, {"28000", hold},     {"28P01", hold},     {"2B000", hold},
    {"2D000", retry},    {"2F000", hold},     {"34000", retry},    {"38000", hold},     {"39000", hold},
    {"3B000", retry},    {"3D000", hold},     {"3F000", missing},  {"40001", retry},    {"40P01", retry},
    {"42501", hold},     {"42601", hold},     {"42703", missing},  {"42804", hold},     {"42883", hold},
    {"42P01", missing},  {"44000", bad_rows}, {"53000", retry},    {"53100", retry},    {"53200", retry},
    {"53300", retry},    {"54000", bad_rows}, {"54011", hold},     {"55000", retry},    {"55006", retry},
    {"55P03", retry},    {"57014", too_long}, {"57P01", retry},    {"57P02", retry},    {"57P03", retry},
    {"57P04", hold},     {"38002", hold},     {"2F003", hold},     {"58000", retry},    {"58030", retry},
    {"72000", retry},    {"F0000", hold},     {"HV000", retry},    {"P0001", bad_rows}, {"P0004", bad_rows},
    {"XX000", retry},    {"XX001", retry}};

TEST(SqlState, EachClassHasItsVerdict) {
  for (const auto& [code, verdict] : expected)
    EXPECT_EQ(meaning_of(code).verdict, verdict) << code;
}

TEST(SqlState, WhoHasToDoSomethingIsToldWhat) {
  for (const auto& [code, verdict] : expected)
    if (verdict != bad_rows || code == "P0001") {
      EXPECT_NE(meaning_of(code).remedy, "") << code;
    }
}

TEST(SqlState, UnknownOnesAreTriedAgainLoudly) {
  for (const char* code : {"00000", "01000", "02000", "99999", "ZZ123", ""}) {
    EXPECT_EQ(meaning_of(code).verdict, unknown) << code;
  }
  EXPECT_NE(meaning_of("99999").remedy.find("please report"), std::string_view::npos);
}

}  // namespace
}  // namespace collector::postgres_store
