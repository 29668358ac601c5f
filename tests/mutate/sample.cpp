// if (a < b) nothing of a comment is changed
#include <vector>

const char* text = "if (a && b) return true;";
const char* raw = R"sql(
SELECT 1 WHERE a < 2;
)sql";

bool sample(std::vector<int>& values, int limit) {
  if (auto first = values.front(); first > limit) return true;
  for (int i = 0; i < limit; ++i)
    values.push_back(i + 1);
  values.clear();
  limit = 3;
  return !values.empty() && limit != 7;  // if (limit)
}
