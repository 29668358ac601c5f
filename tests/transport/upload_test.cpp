// An answer counts only for a request that was sent whole.
#include <gtest/gtest.h>

#include <cstdarg>

#include "collector/transport/http_connection.h"
#include "tests/support/manual_clock.h"

namespace collector::transport {
namespace {

// What the library says about a request that it has "sent".
long status = 204;
curl_off_t uploaded = 0;

CURLcode sent(CURL*) {
  return CURLE_OK;
}
CURLcode told(CURL*, CURLINFO what, ...) {
  va_list list;
  va_start(list, what);
  if (what == CURLINFO_RESPONSE_CODE) *va_arg(list, long*) = status;
  if (what == CURLINFO_SIZE_UPLOAD_T) *va_arg(list, curl_off_t*) = uploaded;
  va_end(list);
  return CURLE_OK;
}

std::expected<HttpAnswer, HttpFailure> post(std::string_view body, long answered, curl_off_t bytes) {
  status = answered;
  uploaded = bytes;
  Curl curl = **Curl::load();
  curl.easy_perform = sent;
  curl.easy_getinfo = told;
  test::ManualClock clock;
  ConnectionSettings settings;
  settings.url = *Url::parse("http://ada:pw@h:8086");
  HttpRequest request;
  request.method = HttpRequest::Method::post;
  request.url = settings.url.text() + "/write";
  request.body = body;
  auto connection = HttpConnection::make(curl, clock, std::move(settings));
  return (*connection)->perform(request);
}

TEST(Upload, SuccessCountsOnlyForAllBytes) {
  EXPECT_TRUE(post("mem total=1i 1\n", 204, 15));
  for (const curl_off_t bytes : {0, 14, 16}) {
    const auto answer = post("mem total=1i 1\n", 204, bytes);
    ASSERT_FALSE(answer) << bytes;
    EXPECT_EQ(answer.error().what, "http://h:8086 answered after only " + std::to_string(bytes) +
                                       " of 15 bytes had been sent, so it can't have them all");
  }
}

// A refusal needs not wait for the body: 413 comes at once.
TEST(Upload, ARefusalCountsAtAnyTime) {
  const auto answer = post("mem total=1i 1\n", 413, 0);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
}

}  // namespace
}  // namespace collector::transport
