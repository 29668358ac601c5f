// access.json and the text of a token: whatever they hold is read or refused, and what was read is written so
// that it reads the same.
#include "collector/access/access_json.h"
#include "collector/access/password.h"
#include "collector/access/token_text.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  const auto text = test::as_text(data, size);
  if (const auto records = parse_access(text)) {
    const auto again = parse_access(access_text(*records));
    test::expect(again && *again == *records, "records survive being written");
    may_anybody_read(*records);
  }
  if (const auto parts = parse_token(text))
    test::expect(token_text(parts->id, parts->secret) == text, "a token is its parts");
  is_password_hash(text);
  return 0;
}
