// What an SQLSTATE means for delivery: whether to try again, to wait for somebody, or to look for the bad
// rows. Every class of the standard and of PostgreSQL's appendix A has its line; an unknown one is tried
// again, loudly.
#pragma once

#include <cstdint>
#include <string_view>

namespace collector::postgres_store {

enum class Verdict : std::uint8_t {
  retry,     // it passes by itself
  hold,      // somebody has to do something first
  bad_rows,  // it is about the data: the rows that cause it are looked for, and stand aside
  too_long,  // the server has cut it off: less at a time may pass
  missing,   // a table, column or schema is not there (any more)
  unable,    // the server can't do this kind of statement: another way is taken
  unknown,   // tried again; nobody has foreseen it
};

struct Meaning {
  Verdict verdict = Verdict::unknown;
  std::string_view remedy = {};  // what to do; empty: the server's own words have to do
};

// `sqlstate` of five characters.
Meaning meaning_of(std::string_view sqlstate);

}  // namespace collector::postgres_store
