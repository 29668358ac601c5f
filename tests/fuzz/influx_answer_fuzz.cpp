// Whatever a server answers, headers and body, something is made of it: a verdict for the request, and the
// lines that it refuses. The first line of the input chooses status and content type.
#include <algorithm>
#include <array>
#include <string>

#include "sinks/influx/answer.h"
#include "sinks/influx/ignored_lines.h"
#include "sinks/influx/refusal.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

using namespace collector;
using namespace collector::influx;
using test::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = test::as_text(data, size);
  const std::string_view first = text.substr(0, text.find('\n'));
  HttpAnswer answer;
  constexpr std::array<long, 12> statuses{200, 204, 302, 400, 401, 404, 405, 413, 422, 429, 500, 503};
  answer.status = statuses[first.size() % statuses.size()];
  answer.headers = {{"content-type", std::string(first)}, {"location", std::string(first)}};
  answer.body = text.substr(std::min(first.size() + 1, text.size()));

  Destination to{.url = {}, .database = "telegraf", .token = "Sesame"};
  for (const Version version : {Version::one, Version::two, Version::three}) {
    const Verdict verdict = judge(answer, to, version);
    expect(verdict.kind == Verdict::Kind::taken || !verdict.failure.what.empty(),
           "what goes wrong has a name");
    expect(verdict.failure.what.find(to.token) == std::string::npos, "no secret is told");
    judge_greeting(answer, to, version);
    for (const RefusedLine& line : numbered_lines(answer, 3))
      expect(line.line < 3 && !line.why.empty(), "a refused line is one of ours, with a reason");
    dropped_lines(verdict.message);
    const std::string reason = showable(reason_of(verdict.message, "net,host=a v=1i 1000"), to);
    expect(reason.find(to.token) == std::string::npos, "no secret is in a dead letter");
    is_type_conflict(reason);
  }
  version_of(answer);
  is_unknown_path(answer);
  IgnoredCount::read(answer.body);
  if (const auto url = Url::parse(first)) expect(Url::parse(url->text()).has_value(), "a URL reads back");
  return 0;
}
