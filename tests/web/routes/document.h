// Answers held against the OpenAPI document that the routes' rows make: nothing that is not written there,
// and nothing missing of what is.
#pragma once

#include <string>

#include "collector/formats/json_reader.h"
#include "collector/http/message.h"

namespace collector::test {

// Why an answer is none of the document's; empty: it is one.
std::string mistake_in_answer(const std::string& method, const std::string& path,
                              const http::Response& response);

}  // namespace collector::test
