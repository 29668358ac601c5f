// Connection strings: what stands in both forms that libpq knows, URIs
// ("postgresql://user:password@host/database?sslmode=verify-full") and "keyword=value …", and where they
// lead. Does not need libpq, which is given the result word by word. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"

namespace collector::postgres_store {

// keyword → value, decoded; the last one where a keyword is given twice.
using ConnectionWords = std::map<std::string, std::string, std::less<>>;

// As far as it can be read, and everything that is wrong with it. Mistakes hold nothing of the text, which
// may be a password at any place. Every keyword is one that libpq knows.
struct ConnectionReading {
  ConnectionWords words;
  std::vector<Error> mistakes;
};
ConnectionReading read_connection(std::string_view text);

// Its words, or the first mistake. An empty text has no words.
collector::Result<ConnectionWords> parse_connection(std::string_view text);

// The value of a keyword; empty when it has none.
std::string word(const ConnectionWords& words, std::string_view keyword);

// "postgresql://db.example.org:5432/metrics": what two connection strings have in common that lead to the
// same database; holds no password, and nothing of a string that can be read in several ways.
std::string target_of(std::string_view conninfo);

}  // namespace collector::postgres_store
